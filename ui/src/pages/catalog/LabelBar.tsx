import { Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuTag } from "react-icons/lu";

import type { SearchHit } from "@/api/catalogTypes";
import { count } from "@/components/format";
import type { Selection } from "@/components/useSelection";
import { LabelDialog, type Labelled } from "@/pages/labels/LabelDialog";

type Props = { readonly hits: readonly SearchHit[]; readonly selection: Selection };

/** Labels what is chosen, all at once. */
export function LabelBar({ hits, selection }: Props) {
  const [targets, setTargets] = useState<readonly Labelled[]>();
  const chosen = hits.filter(({ asset }) => selection.has(asset.id));
  const open = () =>
    setTargets(
      chosen.map(({ asset: { classification, id, name, tags } }) => ({ classification, id, name, tags, type: "asset" })),
    );
  return (
    <Flex align="center" gap={3} ms="auto">
      {chosen.length === 0 ? null : (
        <>
          <Text color="fg.muted" fontSize="sm">
            {count(chosen.length)} chosen
          </Text>
          <Button onClick={open} size="xs" variant="outline">
            <LuTag /> Tag and classify …
          </Button>
        </>
      )}
      {targets === undefined ? null : (
        <LabelDialog onClose={() => setTargets(undefined)} onDone={selection.clear} targets={targets} />
      )}
    </Flex>
  );
}
