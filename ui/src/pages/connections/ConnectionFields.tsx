import { Fieldset, SimpleGrid } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { useClassifications } from "@/api/tags";
import { words } from "@/components/format";
import { SelectField } from "@/components/SelectField";
import { TextField } from "@/components/TextField";
import { DatabaseFields } from "@/pages/connections/DatabaseFields";
import type { Draft, DraftErrors, System, TextName } from "@/pages/connections/draft";
import { StorageFields } from "@/pages/connections/StorageFields";
import { CLASSIFICATIONS, ENVIRONMENTS, SCHEDULES, type Options } from "@/pages/connections/words";

export type TextProps = {
  readonly error: string | undefined;
  readonly name: TextName;
  readonly onText: (value: string) => void;
  readonly value: string;
};

export type FieldsProps = {
  readonly draft: Draft;
  /** Whether the connection stands already: its id stays, and secrets left empty are kept. */
  readonly editing?: boolean;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly text: (name: TextName) => TextProps;
};

/** Patterns of `schema.name`; of a bucket's datasets the schema is the bucket. */
const WANTED: Record<System, string> = { postgres: "public.*, crm.*", s3: "*.raw/*" };
const UNWANTED: Record<System, string> = { postgres: "*.tmp_*", s3: "*.tmp/*" };

type Props = Omit<FieldsProps, "text"> & { readonly errors: DraftErrors; readonly system: System | undefined };

/** The choices, with the stored word among them even when it is none of ours. */
const including = (options: Options, value: string): Options =>
  value === "" || options.some(([option]) => option === value) ? options : [...options, [value, value]];

function Group({ children, columns = 3, title }: { readonly children: ReactNode; readonly columns?: number; readonly title: string }) {
  return (
    <Fieldset.Root>
      <Fieldset.Legend fontSize="sm" fontWeight="semibold">{title}</Fieldset.Legend>
      <SimpleGrid columns={{ base: 1, sm: columns }} gap={4} mt={2}>
        {children}
      </SimpleGrid>
    </Fieldset.Root>
  );
}

function Governance({ draft, text }: FieldsProps) {
  const { data } = useClassifications();
  const levels = data?.data.map(({ name }) => [name, words(name)] as const) ?? CLASSIFICATIONS;
  return (
    <Group title="Governance">
      <TextField help="A person or a team" label="Owner" {...text("owner")} autoComplete="off" />
      <SelectField
        label="Classification"
        options={[["", "None"], ...including(levels, draft.classification)]}
        {...text("classification")}
      />
      <TextField help="Such as 7 years" label="Retention" {...text("retention")} autoComplete="off" />
    </Group>
  );
}

/** Everything the form asks for; a system it does not know shows what all connections have. */
export function ConnectionFields({ draft, editing = false, errors, onChange, system }: Props) {
  const text = (name: TextName): TextProps => ({
    error: errors[name],
    name,
    onText: (value) => onChange({ [name]: value }),
    value: draft[name],
  });
  const fields = { draft, editing, onChange, text };
  return (
    <>
      <SimpleGrid columns={{ base: 1, sm: editing ? 2 : 3 }} gap={4}>
        <TextField label="Name" required {...text("name")} autoComplete="off" />
        {editing ? null : (
          <TextField help="Empty: one is made. DAGs use it." label="Id" {...text("id")} autoComplete="off" />
        )}
        <SelectField
          label="Environment"
          options={[...(editing && draft.environment === "" ? [["", "None"] as const] : []), ...including(ENVIRONMENTS, draft.environment)]}
          {...text("environment")}
        />
      </SimpleGrid>
      {editing ? <TextField label="Description" {...text("description")} autoComplete="off" /> : null}
      {system === "postgres" ? <DatabaseFields {...fields} /> : null}
      {system === "s3" ? <StorageFields {...fields} /> : null}
      <Governance {...fields} />
      <Group title="Crawling">
        <SelectField
          label="Schedule"
          options={[["", "By hand only"], ...including(SCHEDULES, draft.schedule)]}
          {...text("schedule")}
        />
        <TextField help={`Such as ${WANTED[system ?? "postgres"]}`} label="Only these" {...text("include")} autoComplete="off" />
        <TextField help={`Such as ${UNWANTED[system ?? "postgres"]}`} label="Not these" {...text("exclude")} autoComplete="off" />
      </Group>
    </>
  );
}
