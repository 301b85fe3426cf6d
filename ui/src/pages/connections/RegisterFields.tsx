import { Checkbox, Fieldset, SimpleGrid } from "@chakra-ui/react";

import { SelectField } from "@/components/SelectField";
import { TextField } from "@/components/TextField";
import type { Draft, DraftErrors } from "@/pages/connections/draft";
import { ENVIRONMENTS, SCHEDULES, SSL_MODES } from "@/pages/connections/words";

type Props = {
  readonly draft: Draft;
  readonly errors: DraftErrors;
  readonly onChange: (change: Partial<Draft>) => void;
};

type TextName = Exclude<keyof Draft, "ssl">;

export function RegisterFields({ draft, errors, onChange }: Props) {
  const text = (name: TextName) => ({
    error: errors[name],
    name,
    onText: (value: string) => onChange({ [name]: value }),
    value: draft[name],
  });
  return (
    <>
      <SimpleGrid columns={{ base: 1, sm: 2 }} gap={4}>
        <TextField label="Name" required {...text("name")} autoComplete="off" placeholder="Flights" />
        <TextField help="Made for you when empty; DAGs use it as conn_id." label="Id" {...text("id")} autoComplete="off" />
      </SimpleGrid>
      <SimpleGrid columns={{ base: 1, sm: 3 }} gap={4}>
        <TextField label="Host" required {...text("host")} autoComplete="off" placeholder="db.example.com" />
        <TextField inputMode="numeric" label="Port" required {...text("port")} />
        <TextField label="Database" required {...text("database")} autoComplete="off" />
      </SimpleGrid>
      <SimpleGrid columns={{ base: 1, sm: 3 }} gap={4}>
        <TextField label="User" required {...text("username")} autoComplete="off" />
        <TextField label="Password" type="password" {...text("password")} autoComplete="new-password" />
        <SelectField label="Environment" options={ENVIRONMENTS} {...text("environment")} />
      </SimpleGrid>
      <Fieldset.Root>
        <Fieldset.Legend fontSize="sm">Encryption</Fieldset.Legend>
        <SimpleGrid alignItems="end" columns={{ base: 1, sm: 2 }} gap={4} mt={2}>
          <Checkbox.Root checked={draft.ssl} h={9} onCheckedChange={({ checked }) => onChange({ ssl: checked === true })}>
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>Use TLS</Checkbox.Label>
          </Checkbox.Root>
          <SelectField disabled={!draft.ssl} label="Server certificate" options={SSL_MODES} {...text("sslMode")} />
        </SimpleGrid>
      </Fieldset.Root>
      <Fieldset.Root>
        <Fieldset.Legend fontSize="sm">Crawling</Fieldset.Legend>
        <SimpleGrid columns={{ base: 1, sm: 3 }} gap={4} mt={2}>
          <SelectField label="Schedule" options={[["", "By hand only"], ...SCHEDULES]} {...text("schedule")} />
          <TextField help="Such as public.*, crm.*" label="Only these" {...text("include")} autoComplete="off" />
          <TextField help="Such as *.tmp_*" label="Not these" {...text("exclude")} autoComplete="off" />
        </SimpleGrid>
      </Fieldset.Root>
    </>
  );
}
