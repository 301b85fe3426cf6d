import { Heading, Stack } from "@chakra-ui/react";

import type { Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { Audits } from "@/pages/asset/Audits";
import { Versions } from "@/pages/asset/Versions";

/** The versions of an asset, and for those who may see it the audit. */
export function History({ asset }: { readonly asset: Asset }) {
  const may = useMay()("readAudit");
  return (
    <Stack gap={6}>
      <Versions asset={asset} />
      {may ? (
        <Stack as="section" gap={2}>
          <Heading as="h2" size="sm">
            Audit
          </Heading>
          <Audits asset={asset} />
        </Stack>
      ) : null}
    </Stack>
  );
}
