import { Button, Table, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LuTrash2 } from "react-icons/lu";

import { useRestore } from "@/api/assets";
import type { Brief } from "@/api/catalogTypes";
import { call } from "@/api/client";
import type { Page } from "@/api/types";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { AssetIcon } from "@/components/AssetIcon";
import { locationOf, titleOf } from "@/components/asset";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { RouteLink } from "@/components/RouteLink";
import { TableFrame, type Head } from "@/components/TableFrame";

type Deleted = Brief & { readonly updated_at: string };

const HEADS: readonly Head[] = [{ label: "Asset" }, { hideBelow: "sm", label: "Last changed" }, { label: "Actions", quiet: true }];

const useDeleted = (page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Deleted>>("platform", "/assets/deleted", { query: { page, pageSize: 20 }, signal }),
    queryKey: ["deleted", page],
  });

function Row({ asset }: { readonly asset: Deleted }) {
  const may = useMay()("discard");
  const restore = useRestore();
  return (
    <Table.Row>
      <Table.Cell>
        <AssetIcon type={asset.type} /> {restore.isSuccess ? <RouteLink to={`/assets/${asset.id}`}>{titleOf(asset)}</RouteLink> : titleOf(asset)}
        <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
          {locationOf(asset)}
        </Text>
        {restore.error === null ? null : <ErrorNote error={restore.error} />}
      </Table.Cell>
      <Table.Cell color="fg.muted" hideBelow="sm">
        <Ago moment={asset.updated_at} />
      </Table.Cell>
      <Table.Cell textAlign="end">
        {may ? (
          <Button aria-label={`Restore ${titleOf(asset)}`} loading={restore.isPending} onClick={() => restore.mutate(asset.id)} size="xs" variant="outline">
            Restore
          </Button>
        ) : null}
      </Table.Cell>
    </Table.Row>
  );
}

/** What people deleted from the catalog, until retention forgets it. */
export default function DeletedPage() {
  const [page, setPage] = useState(1);
  return (
    <>
      <PageHead title="Deleted assets" />
      <Listing
        answer={useDeleted(page)}
        empty={<Empty icon={<LuTrash2 />} text="What people delete from the catalog can be restored here." title="Nothing is deleted" />}
        filtered={false}
        noun="asset"
        onClear={() => undefined}
        onPage={setPage}
        page={page}
      >
        {(rows, loading) => (
          <TableFrame caption="Deleted assets" heads={HEADS} loading={loading}>
            {rows.map((asset) => (
              <Row asset={asset} key={asset.id} />
            ))}
          </TableFrame>
        )}
      </Listing>
    </>
  );
}
