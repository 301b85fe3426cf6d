import { Badge, Flex } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { LuShield, LuTag } from "react-icons/lu";

import { words } from "@/components/format";
import { RouteLink } from "@/components/RouteLink";

const PALETTES: Record<string, string> = {
  confidential: "warning",
  internal: "info",
  public: "success",
  restricted: "failed",
};

/** How carefully something is to be handled: a word and a sign, never colour alone. */
export function ClassificationBadge({ name }: { readonly name: string | null | undefined }) {
  if (!name) {
    return null;
  }
  return (
    <Badge colorPalette={PALETTES[name.toLowerCase()] ?? "gray"} title={`Classification: ${name}`} variant="subtle">
      <LuShield aria-hidden /> {words(name)}
    </Badge>
  );
}

export function TagBadge({ linked = false, name }: { readonly linked?: boolean; readonly name: string }) {
  return (
    <Badge color="fg" title={`Tag: ${name}`} variant="outline">
      <LuTag aria-hidden />
      {linked ? (
        <RouteLink color="inherit" to={`/catalog?tag=${encodeURIComponent(name)}`}>
          {name}
        </RouteLink>
      ) : (
        name
      )}
    </Badge>
  );
}

type Props = {
  readonly children?: ReactNode;
  readonly classification?: string | null | undefined;
  readonly linked?: boolean;
  readonly tags?: readonly string[] | undefined;
};

/** The classification and tags of something, in one line; nothing when there are none. */
export function Labels({ children, classification, linked = false, tags = [] }: Props) {
  if (!classification && tags.length === 0 && children === undefined) {
    return null;
  }
  return (
    <Flex align="center" gap={1.5} wrap="wrap">
      <ClassificationBadge name={classification} />
      {tags.map((tag) => (
        <TagBadge key={tag} linked={linked} name={tag} />
      ))}
      {children}
    </Flex>
  );
}
