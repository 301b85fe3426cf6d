import { SimpleGrid } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { SelectField } from "@/components/SelectField";
import { TextField } from "@/components/TextField";
import type { FieldsProps } from "@/pages/connections/ConnectionFields";
import type { TextName } from "@/pages/connections/draft";
import { CERTIFICATES, PATH_STYLES } from "@/pages/connections/words";

const KEPT = "Empty keeps what is stored.";

function Row({ children }: { readonly children: ReactNode }) {
  return (
    <SimpleGrid alignItems="start" columns={{ base: 1, sm: 3 }} gap={4}>
      {children}
    </SimpleGrid>
  );
}

/** Which bucket, at which endpoint, and how one gets in. */
export function StorageFields({ draft, editing = false, text }: FieldsProps) {
  const secret = (name: TextName, help?: string) => {
    const said = editing ? KEPT : help;
    return { ...text(name), autoComplete: "new-password", type: "password", ...(said === undefined ? {} : { help: said }) };
  };
  const plain = draft.endpoint.startsWith("http:");
  return (
    <>
      <Row>
        <TextField label="Bucket" required {...text("bucket")} autoComplete="off" />
        <TextField help="Only keys that begin so" label="Prefix" {...text("prefix")} autoComplete="off" placeholder="raw/" />
        <TextField label="Region" {...text("region")} autoComplete="off" placeholder="us-east-1" />
      </Row>
      <Row>
        <TextField
          help="Empty is Amazon's own; MinIO and others have theirs."
          label="Endpoint"
          {...text("endpoint")}
          autoComplete="off"
          placeholder="https://minio:9000"
        />
        <SelectField label="Bucket in the address" options={PATH_STYLES} {...text("pathStyle")} />
        <SelectField
          disabled={plain}
          label="Server certificate"
          options={CERTIFICATES}
          {...(plain ? { help: "http:// encrypts nothing." } : {})}
          {...text("verifyCertificate")}
        />
      </Row>
      <Row>
        <TextField help="Empty: without a login" label="Access key" {...text("accessKey")} autoComplete="off" spellCheck={false} />
        <TextField label="Secret key" {...secret("secretKey")} />
        <TextField label="Session token" {...secret("sessionToken", "Of keys that expire")} />
      </Row>
      <Row>
        <TextField help="An ARN, when one is to be taken on" label="Role" {...text("assumeRole")} autoComplete="off" />
        <TextField help="If the role asks for one" label="External id" {...text("externalId")} autoComplete="off" />
        <TextField help="Of the server, if it was allowed" label="Profile" {...text("profile")} autoComplete="off" />
      </Row>
    </>
  );
}
