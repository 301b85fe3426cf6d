import { Alert, Button, IconButton, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuTrash2 } from "react-icons/lu";
import { useNavigate } from "react-router";

import { useDiscard, useRestore } from "@/api/assets";
import type { Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { titleOf } from "@/components/asset";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { PageHead } from "@/components/PageHead";

/** Takes an asset out of the catalog, after asking; it can be restored. */
export function Discard({ asset, onGone }: { readonly asset: Asset; readonly onGone: () => void }) {
  const may = useMay()("discard");
  const [open, setOpen] = useState(false);
  const discard = useDiscard(asset.id);
  if (!may) {
    return null;
  }
  return (
    <>
      <IconButton aria-label="Delete the asset" onClick={() => setOpen(true)} size="xs" title="Delete the asset" variant="outline">
        <LuTrash2 />
      </IconButton>
      {open ? (
        <ModalDialog
          footer={
            <>
              <Button onClick={() => setOpen(false)} variant="outline">
                Keep it
              </Button>
              <Button colorPalette="danger" loading={discard.isPending} onClick={() => discard.mutate(asset.version, { onSuccess: onGone })}>
                Delete the asset
              </Button>
            </>
          }
          onClose={() => setOpen(false)}
          size="sm"
          title={`Delete ${titleOf(asset)}?`}
        >
          <Text>
            Nobody finds it any more, its lineage included; the source is not touched. It can be restored, and one that its source still
            has comes back with the next crawl.
          </Text>
          {discard.error === null ? null : <ErrorNote error={discard.error} />}
        </ModalDialog>
      ) : null}
    </>
  );
}

/** What is shown of an asset that was just deleted: the way back. */
export function Gone({ asset, onBack }: { readonly asset: Asset; readonly onBack: () => void }) {
  const restore = useRestore();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={titleOf(asset)} />
      <Alert.Root mb={4} role="status" status="info">
        <Alert.Indicator />
        <Alert.Content>
          <Alert.Title>{titleOf(asset)} was deleted</Alert.Title>
          {restore.error === null ? null : <ErrorNote error={restore.error} />}
        </Alert.Content>
        <Button loading={restore.isPending} onClick={() => restore.mutate(asset.id, { onSuccess: onBack })} size="xs" variant="outline">
          Restore it
        </Button>
      </Alert.Root>
      <Button onClick={() => void navigate("/catalog/deleted")} variant="outline">
        All that was deleted
      </Button>
    </>
  );
}
