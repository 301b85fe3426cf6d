import { Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";

import { useWords } from "@/api/assets";
import { useSaveWord, type Word } from "@/api/glossary";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { SelectField } from "@/components/SelectField";
import { TextField } from "@/components/TextField";
import { WordInput } from "@/pages/asset/WordInput";
import { TERMS, type Kind } from "@/pages/glossary/kinds";
import { synonymsOf } from "@/pages/glossary/synonyms";

const FORM_ID = "word";
const OWNERS = [["user", "Person"], ["team", "Team"]] as const;

type Props = {
  readonly kind: Kind;
  readonly onClose: () => void;
  /** What is changed; a new one where it is missing. */
  readonly word?: Word | undefined;
};

/** Makes a term, a domain or a data product, or changes one that is as it was when the dialog opened. */
export function WordDialog({ kind, onClose, word }: Props) {
  const [base] = useState(word);
  const [name, setName] = useState(base?.name ?? "");
  const [description, setDescription] = useState(base?.description ?? "");
  const [synonyms, setSynonyms] = useState((base?.synonyms ?? []).join(", "));
  const [related, setRelated] = useState(base?.related ?? []);
  const [owner, setOwner] = useState(base?.owner?.name ?? "");
  const [ownerKind, setOwnerKind] = useState(base?.owner?.kind ?? "user");
  const isTerm = kind === TERMS;
  const { data: terms } = useWords("terms", isTerm);
  const others = (terms?.data ?? []).map((each) => each.name).filter((each) => each !== base?.name);
  const saving = useSaveWord(kind.of, base);
  const ready = name.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) {
      return;
    }
    const both = { description: description.trim() === "" ? null : description.trim(), name: name.trim() };
    const responsible = owner.trim() === "" ? null : { kind: ownerKind, name: owner.trim() };
    saving.mutate(isTerm ? { ...both, related, synonyms: synonymsOf(synonyms) } : { ...both, owner: responsible }, { onSuccess: onClose });
  };
  return (
    <ModalDialog
      footer={
        <DialogButtons
          deed={base === undefined ? `Create the ${kind.noun}` : "Save"}
          disabled={!ready}
          form={FORM_ID}
          onClose={onClose}
          pending={saving.isPending}
        />
      }
      onClose={onClose}
      size="md"
      title={base === undefined ? `Create a ${kind.noun}` : `Edit the ${kind.noun} ${base.name}`}
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <TextField autoComplete="off" label="Name" maxLength={100} name="name" onText={setName} required value={name} />
          <TextField autoComplete="off" label="Description" name="description" onText={setDescription} value={description} />
          {isTerm ? (
            <>
              <TextField
                autoComplete="off"
                help="Other words for it, with commas between; term:… in the catalog finds by each what the term is said of"
                label="Synonyms"
                name="synonyms"
                onText={setSynonyms}
                value={synonyms}
              />
              <WordInput label="Related terms" onWords={setRelated} placeholder="A term of the glossary" vocabulary={others} words={related} />
            </>
          ) : (
            <>
              <TextField
                autoComplete="off"
                help="Who answers for it, by the name that people know; empty for nobody"
                label="Owner"
                maxLength={100}
                name="owner"
                onText={setOwner}
                value={owner}
              />
              <SelectField label="The owner is a" name="ownerKind" onText={setOwnerKind} options={OWNERS} value={ownerKind} />
            </>
          )}
          <ErrorNote error={saving.error} />
        </Stack>
      </form>
    </ModalDialog>
  );
}
