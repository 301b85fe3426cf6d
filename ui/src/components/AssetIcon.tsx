import { Icon, type IconProps } from "@chakra-ui/react";
import type { IconType } from "react-icons";
import { LuBox, LuEye, LuFiles, LuTable2, LuWorkflow } from "react-icons/lu";

const ICONS: Record<string, IconType> = { DATASET: LuFiles, PIPELINE: LuWorkflow, TABLE: LuTable2, VIEW: LuEye };

/** The sign of an asset's kind; its name always stands beside it. */
export function AssetIcon({ type, ...style }: { readonly type: string } & IconProps) {
  return <Icon aria-hidden as={ICONS[type.toUpperCase()] ?? LuBox} color="fg.muted" flexShrink={0} {...style} />;
}
