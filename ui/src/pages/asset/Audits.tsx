import { Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { Asset } from "@/api/catalogTypes";
import { AUDITS_A_PAGE, useAudits } from "@/api/history";
import { AuditTable } from "@/components/AuditTable";
import { ErrorNote } from "@/components/ErrorNote";
import { Pager } from "@/components/Pager";

/** Who did what to the asset, from the log that nobody can change. */
export function Audits({ asset }: { readonly asset: Asset }) {
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useAudits({ entity_id: asset.id, entity_type: "ASSET" }, page);
  if (error !== null) {
    return <ErrorNote error={error} onRetry={() => void refetch()} />;
  }
  if (data?.pagination.total === 0) {
    return (
      <Text color="fg.muted">Nobody has changed it by itself. Imports and crawls stand in the audit as a whole, not asset by asset.</Text>
    );
  }
  return (
    <Stack gap={0}>
      <AuditTable audits={data?.data ?? []} caption={`Audit of ${asset.name}`} loading={isPending} />
      {data === undefined ? null : (
        <Pager onPage={setPage} page={page} pageSize={AUDITS_A_PAGE} total={data.pagination.total} />
      )}
    </Stack>
  );
}
