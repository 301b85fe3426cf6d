import { Button, Flex, IconButton } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil, LuTag } from "react-icons/lu";

import type { Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { Labels } from "@/components/Labels";
import { ReachedTags } from "@/components/ReachedTags";
import { LabelDialog } from "@/pages/labels/LabelDialog";

/** An asset's classification and tags, and the way to change them. */
export function AssetLabels({ asset }: { readonly asset: Asset }) {
  const may = useMay()("label");
  const [open, setOpen] = useState(false);
  const { classification, id, name, propagated_tags: reached = [], tags } = asset;
  const none = !classification && tags.length === 0;
  if (none && reached.length === 0 && !may) {
    return null;
  }
  return (
    <Flex align="center" gap={1} mt={2} wrap="wrap">
      <Labels classification={classification} linked tags={tags} />
      <ReachedTags tags={reached} />
      {!may ? null : none ? (
        <Button onClick={() => setOpen(true)} size="2xs" variant="outline">
          <LuTag /> Tag and classify
        </Button>
      ) : (
        <IconButton
          aria-label="Edit tags and classification"
          onClick={() => setOpen(true)}
          size="2xs"
          title="Edit tags and classification"
          variant="ghost"
        >
          <LuPencil />
        </IconButton>
      )}
      {open ? (
        <LabelDialog onClose={() => setOpen(false)} targets={[{ classification, id, name, tags, type: "asset" }]} />
      ) : null}
    </Flex>
  );
}
