import { Button, Flex, RadioGroup, Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";
import { LuUpload } from "react-icons/lu";

import { useConnections } from "@/api/connections";
import { wasStopped } from "@/api/upload";
import { CheckField } from "@/components/CheckField";
import { label } from "@/components/connection";
import { ErrorNote } from "@/components/ErrorNote";
import { FileField } from "@/components/FileField";
import { PRIORITIES } from "@/components/run";
import { SelectField } from "@/components/SelectField";
import { TextField } from "@/components/TextField";
import { EMPTY, isComplete, wrongAddress, type Draft } from "@/pages/transfer/draft";
import { SendLine } from "@/pages/transfer/SendLine";
import { useImporting } from "@/pages/transfer/useImporting";

type Part = { readonly draft: Draft; readonly onChange: (changes: Partial<Draft>) => void };

const FROM = [
  ["file", "Upload a file"],
  ["bucket", "From a bucket"],
] as const;

function Origin({ draft, onChange }: Part) {
  return (
    <RadioGroup.Root
      aria-label="Where the file is"
      onValueChange={({ value }) => onChange({ from: value === "bucket" ? "bucket" : "file" })}
      size="sm"
      value={draft.from}
    >
      <Flex columnGap={5} rowGap={2} wrap="wrap">
        {FROM.map(([value, text]) => (
          <RadioGroup.Item key={value} value={value}>
            <RadioGroup.ItemHiddenInput />
            <RadioGroup.ItemIndicator />
            <RadioGroup.ItemText>{text}</RadioGroup.ItemText>
          </RadioGroup.Item>
        ))}
      </Flex>
    </RadioGroup.Root>
  );
}

function Bucket({ draft, onChange }: Part) {
  const { data } = useConnections({ pageSize: 100, type: "storage" });
  const known = (data?.data ?? []).map((each) => [each.id, label(each)] as const);
  return (
    <>
      <TextField
        autoComplete="off"
        error={wrongAddress(draft.address)}
        help="It is read through the connection that the bucket was registered with"
        label="Address"
        onText={(address) => onChange({ address })}
        placeholder="s3://bucket/catalog.jsonl.gz"
        spellCheck={false}
        value={draft.address}
      />
      <SelectField
        help="Needed only where several connections are to that bucket"
        label="Connection"
        name="connection"
        onText={(connection) => onChange({ connection })}
        options={[["", "The one to that bucket"], ...known]}
        value={draft.connection}
      />
    </>
  );
}

function Options({ draft, onChange }: Part) {
  return (
    <>
      <CheckField
        checked={draft.upsert}
        help="Without it, a line of an asset that exists is an error"
        label="Update assets that exist"
        onCheck={(upsert) => onChange({ upsert })}
      />
      <CheckField
        checked={draft.strict}
        help="Else wrong lines are listed and the others are taken"
        label="End at the first block with a wrong line"
        onCheck={(strict) => onChange({ strict })}
      />
      <SelectField
        help="When several runs wait for a place, the higher goes first"
        label="Priority"
        name="priority"
        onText={(priority) => onChange({ priority })}
        options={PRIORITIES}
        value={draft.priority}
      />
    </>
  );
}

/** Says which file is taken in and how, sends it where it is here, and starts the run. */
export function ImportForm() {
  const [draft, setDraft] = useState(EMPTY);
  const [file, setFile] = useState<File>();
  const { share, stop, work } = useImporting();
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    work.mutate({ draft, file });
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={4}>
        <Origin draft={draft} onChange={change} />
        {draft.from === "bucket" ? <Bucket draft={draft} onChange={change} /> : null}
        {draft.from === "file" ? (
          <FileField
            accept=".jsonl,.json,.ndjson,.gz"
            disabled={work.isPending}
            help="JSON lines, gzip or not, of at most 2 GB; what an export gives out fits"
            label="File"
            onFile={setFile}
          />
        ) : null}
        <Options draft={draft} onChange={change} />
        {share === undefined ? null : <SendLine onStop={stop} share={share} />}
        {work.error === null || wasStopped(work.error) ? null : <ErrorNote error={work.error} title="The import was not started" />}
        <Flex justify="flex-end">
          <Button disabled={!isComplete(draft, file)} loading={work.isPending} type="submit">
            <LuUpload /> Start the import
          </Button>
        </Flex>
      </Stack>
    </form>
  );
}
