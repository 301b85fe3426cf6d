import { Stack } from "@chakra-ui/react";
import { useState } from "react";

import { useSay, useWords, type Said } from "@/api/assets";
import type { Asset, Owner } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { titleOf } from "@/components/asset";
import { DialogButtons } from "@/components/DialogButtons";
import { ModalDialog } from "@/components/ModalDialog";
import { SelectField } from "@/components/SelectField";
import { Conflict } from "@/pages/asset/Conflict";
import { OwnerInput } from "@/pages/asset/OwnerInput";
import { changed } from "@/pages/asset/vocabulary";
import { WordInput } from "@/pages/asset/WordInput";

/** Changes who answers for an asset, what part of the business it belongs to, and what it is about. */
export function VocabularyDialog({ asset, onClose }: { readonly asset: Asset; readonly onClose: () => void }) {
  const may = useMay();
  const [base] = useState(asset);
  const [owners, setOwners] = useState<readonly Owner[]>(asset.owners ?? []);
  const [domain, setDomain] = useState(asset.domain ?? "");
  const [terms, setTerms] = useState<readonly string[]>(asset.terms ?? []);
  const { data: domains } = useWords("domains", may("readDomains"));
  const { data: glossary } = useWords("terms", may("readTerms"));
  const say = useSay(asset.id);
  const said: Said = changed(base, { domain, owners, terms });
  const save = (version: number) => say.mutate({ said, version }, { onSuccess: onClose });
  const names = (domains?.data ?? []).map(({ name }) => name);
  const options = [...new Set([...(base.domain ? [base.domain] : []), ...names])].map((name) => [name, name] as const);
  return (
    <ModalDialog
      footer={
        <DialogButtons
          deed="Save"
          disabled={Object.keys(said).length === 0}
          onClose={onClose}
          onDo={() => save(base.version)}
          pending={say.isPending}
        />
      }
      onClose={onClose}
      size="md"
      title={`Owners, domain and terms of ${titleOf(asset)}`}
    >
      <Stack gap={4}>
        <OwnerInput onOwners={setOwners} owners={owners} />
        <SelectField label="Domain" name="domain" onText={setDomain} options={[["", "None"], ...options]} value={domain} />
        <WordInput
          label="Terms"
          onWords={setTerms}
          placeholder="A term of the glossary"
          vocabulary={(glossary?.data ?? []).map(({ name }) => name)}
          words={terms}
        />
        <Conflict
          base={base}
          current={asset}
          error={say.error}
          onOverwrite={() => save(asset.version)}
          onYield={onClose}
          pending={say.isPending}
        />
      </Stack>
    </ModalDialog>
  );
}
