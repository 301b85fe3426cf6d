import { Alert, Box, Flex, Text } from "@chakra-ui/react";

import type { Asset } from "@/api/catalogTypes";
import { Ago } from "@/components/Ago";
import { AssetIcon } from "@/components/AssetIcon";
import { isRemoved, titleOf } from "@/components/asset";
import { CopyButton } from "@/components/CopyButton";
import { bytes, count, plural, words } from "@/components/format";
import { PageHead } from "@/components/PageHead";
import { RouteLink } from "@/components/RouteLink";
import { AssetLabels } from "@/pages/asset/AssetLabels";
import { Description } from "@/pages/asset/Description";
import { Discard } from "@/pages/asset/Discard";
import { VocabularyLine } from "@/pages/asset/VocabularyLine";

function Figures({ asset }: { readonly asset: Asset }) {
  const { connection_id: connection, crawled_at: crawled, metadata, schema, type } = asset;
  return (
    <Flex align="center" color="fg.muted" columnGap={4} fontSize="sm" mt={1} rowGap={1} wrap="wrap">
      <span>{words(metadata.type_detail ?? type)}</span>
      {connection === null ? null : (
        <RouteLink to={`/connections/${encodeURIComponent(connection)}`}>{connection}</RouteLink>
      )}
      {schema.length === 0 ? null : <span>{plural(schema.length, "column")}</span>}
      {typeof metadata.files === "number" ? <span>{plural(metadata.files, "file")}</span> : null}
      {typeof metadata.row_count === "number" && metadata.row_count >= 0 ? (
        <span title="The source's own estimate">about {count(metadata.row_count)} rows</span>
      ) : null}
      {typeof metadata.size_bytes === "number" ? <span>{bytes(metadata.size_bytes)}</span> : null}
      {typeof metadata.owner === "string" ? <span>owned by {metadata.owner}</span> : null}
      {typeof metadata.retention === "string" ? <span>kept {metadata.retention}</span> : null}
      {crawled ? (
        <span>
          crawled <Ago moment={crawled} />
        </span>
      ) : null}
    </Flex>
  );
}

/** The window's title on some tabs. */
const OF: Readonly<Record<string, string>> = {
  history: "History",
  impact: "Impact",
  lineage: "Lineage",
  relationships: "Relationships",
  runs: "Runs",
};

/** Name, place, figures, tags and description of an asset. */
export function AssetHead({ asset, onGone, tab }: { readonly asset: Asset; readonly onGone: () => void; readonly tab: string }) {
  const { qualified_name: qualified, type } = asset;
  const name = titleOf(asset);
  return (
    <Box mb={4}>
      <PageHead
        actions={<Discard asset={asset} onGone={onGone} />}
        icon={<AssetIcon type={type} />}
        name={OF[tab] === undefined ? name : `${OF[tab]} of ${name}`}
        title={name}
      >
        <Flex align="center" color="fg.muted" fontFamily="mono" fontSize="xs" gap={1} mt={1}>
          <Text overflowWrap="anywhere">{qualified}</Text>
          <CopyButton label="Copy the qualified name" text={qualified} />
        </Flex>
        <Figures asset={asset} />
        <AssetLabels asset={asset} />
        <VocabularyLine asset={asset} />
        <Description asset={asset} key={asset.id} />
      </PageHead>
      {isRemoved(asset) ? (
        <Alert.Root status="warning">
          <Alert.Indicator />
          <Alert.Title>
            This asset is gone from its source
            {asset.removed_at ? (
              <>
                {" "}
                since the crawl <Ago moment={asset.removed_at} />
              </>
            ) : null}
            . What is shown is what the last crawl saw of it.
          </Alert.Title>
        </Alert.Root>
      ) : null}
    </Box>
  );
}
