import { Badge, Text } from "@chakra-ui/react";
import { LuTag } from "react-icons/lu";

import type { PropagatedTag } from "@/api/catalogTypes";
import { plural } from "@/components/format";
import { originOf } from "@/components/origin";
import { RouteLink } from "@/components/RouteLink";

function ReachedTag({ tag }: { readonly tag: PropagatedTag }) {
  const origin = originOf(tag);
  return (
    <Badge
      borderStyle="dashed"
      color="fg"
      title={`Tag: ${tag.tag}, from ${origin ?? "something that you may not see"}, over ${plural(tag.depth, "edge")} of lineage`}
      variant="outline"
      whiteSpace="normal"
    >
      <LuTag aria-hidden />
      <RouteLink color="inherit" to={`/catalog?tag=${encodeURIComponent(tag.tag)}`}>
        {tag.tag}
      </RouteLink>
      <Text as="span" color="fg.muted" overflowWrap="anywhere">
        {origin === null ? "along lineage" : <>from <RouteLink to={`/assets/${tag.from_asset}`}>{origin}</RouteLink></>}
      </Text>
    </Badge>
  );
}

/** Tags that came along lineage, each with the nearest asset or column that people put it on. */
export function ReachedTags({ tags }: { readonly tags: readonly PropagatedTag[] }) {
  return tags.map((tag) => <ReachedTag key={tag.tag} tag={tag} />);
}
