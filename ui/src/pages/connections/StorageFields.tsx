import { Checkbox, SimpleGrid } from "@chakra-ui/react";

import { TextField } from "@/components/TextField";
import type { FieldsProps } from "@/pages/connections/ConnectionFields";

/** Which bucket, at which endpoint, and how one gets in. */
export function StorageFields({ draft, editing = false, onChange, text }: FieldsProps) {
  const kept = editing ? { help: "Empty keeps what is stored." } : {};
  return (
    <>
      <SimpleGrid columns={{ base: 1, sm: 3 }} gap={4}>
        <TextField label="Bucket" required {...text("bucket")} autoComplete="off" />
        <TextField help="Only keys that begin so" label="Prefix" {...text("prefix")} autoComplete="off" />
        <TextField label="Region" {...text("region")} autoComplete="off" />
      </SimpleGrid>
      <SimpleGrid alignItems="start" columns={{ base: 1, sm: 2 }} gap={4}>
        <TextField
          help="Empty is AWS; MinIO and others have their own."
          label="Endpoint"
          {...text("endpoint")}
          autoComplete="off"
          placeholder="https://minio.example.com:9000"
        />
        <Checkbox.Root
          checked={draft.pathStyle}
          h={9}
          mt={{ sm: 6 }}
          onCheckedChange={({ checked }) => onChange({ pathStyle: checked === true })}
        >
          <Checkbox.HiddenInput />
          <Checkbox.Control />
          <Checkbox.Label>Bucket in the path, not in the host</Checkbox.Label>
        </Checkbox.Root>
      </SimpleGrid>
      <SimpleGrid columns={{ base: 1, sm: 3 }} gap={4}>
        <TextField label="Access key" type="password" {...text("accessKey")} autoComplete="new-password" {...kept} />
        <TextField label="Secret key" type="password" {...text("secretKey")} autoComplete="new-password" {...kept} />
        <TextField help="An ARN, when one is to be taken on" label="Role" {...text("assumeRole")} autoComplete="off" />
      </SimpleGrid>
    </>
  );
}
