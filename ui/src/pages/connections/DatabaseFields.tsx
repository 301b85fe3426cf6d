import { Checkbox, Fieldset, SimpleGrid } from "@chakra-ui/react";

import { SelectField } from "@/components/SelectField";
import { TextField } from "@/components/TextField";
import type { FieldsProps } from "@/pages/connections/ConnectionFields";
import { SSL_MODES } from "@/pages/connections/words";

/** Where a PostgreSQL server is, who logs in, and how it is encrypted. */
export function DatabaseFields({ draft, editing = false, onChange, text }: FieldsProps) {
  return (
    <>
      <SimpleGrid columns={{ base: 1, sm: 3 }} gap={4}>
        <TextField label="Host" required {...text("host")} autoComplete="off" placeholder="db.example.com" />
        <TextField inputMode="numeric" label="Port" required {...text("port")} />
        <TextField label="Database" required {...text("database")} autoComplete="off" />
      </SimpleGrid>
      <SimpleGrid columns={{ base: 1, sm: 2 }} gap={4}>
        <TextField label="User" required {...text("username")} autoComplete="off" />
        <TextField
          label="Password"
          type="password"
          {...text("password")}
          autoComplete="new-password"
          {...(editing ? { help: "Empty keeps what is stored." } : {})}
        />
      </SimpleGrid>
      <Fieldset.Root>
        <Fieldset.Legend fontSize="sm" fontWeight="semibold">Encryption</Fieldset.Legend>
        <SimpleGrid alignItems="end" columns={{ base: 1, sm: 2 }} gap={4} mt={2}>
          <Checkbox.Root checked={draft.ssl} h={9} onCheckedChange={({ checked }) => onChange({ ssl: checked === true })}>
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>Use TLS</Checkbox.Label>
          </Checkbox.Root>
          <SelectField disabled={!draft.ssl} label="Server certificate" options={SSL_MODES} {...text("sslMode")} />
        </SimpleGrid>
      </Fieldset.Root>
    </>
  );
}
