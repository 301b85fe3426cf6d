import { Alert, Badge, Flex, Grid, Skeleton, Stack, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuShieldCheck } from "react-icons/lu";

import type { Asset } from "@/api/catalogTypes";
import { useImpact, type Affected, type Impact } from "@/api/impact";
import { AssetIcon } from "@/components/AssetIcon";
import { nameParts } from "@/components/asset";
import { Choice } from "@/components/Choice";
import { CopyButton } from "@/components/CopyButton";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { count, plural, words } from "@/components/format";
import { Pager } from "@/components/Pager";
import { Panel } from "@/components/Panel";
import { RouteLink } from "@/components/RouteLink";
import { TableFrame, type Head } from "@/components/TableFrame";

const PAGE = 50;

const HEADS: readonly Head[] = [
  { label: "Asset" },
  { label: "Hops", width: "64px" },
  { hideBelow: "md", label: "By way of" },
  { hideBelow: "sm", label: "Owners" },
];

function Row({ affected }: { readonly affected: Affected }) {
  const { columns, depth, id, name, owners, qualifiedName, type, via } = affected;
  return (
    <Table.Row>
      <Table.Cell>
        <Flex align="center" columnGap={2} rowGap={1} wrap="wrap">
          <AssetIcon type={type} />
          <RouteLink overflowWrap="anywhere" to={`/assets/${id}`}>
            {name}
          </RouteLink>
          <Text color="fg.muted" fontSize="xs">
            {nameParts(qualifiedName).slice(0, -1).join(" › ")}
          </Text>
        </Flex>
        {columns === undefined ? null : (
          <Flex gap={1} mt={1} wrap="wrap">
            {columns.map((column) => (
              <Badge fontFamily="mono" key={column} variant="outline">
                {column}
              </Badge>
            ))}
          </Flex>
        )}
      </Table.Cell>
      <Table.Cell fontVariantNumeric="tabular-nums">{depth}</Table.Cell>
      <Table.Cell color="fg.muted" hideBelow="md">
        {via.map(words).join(", ")}
      </Table.Cell>
      <Table.Cell hideBelow="sm">{owners.length === 0 ? <Text color="fg.muted">nobody</Text> : owners.join(", ")}</Table.Cell>
    </Table.Row>
  );
}

function Whom({ impact: { owners, unowned } }: { readonly impact: Impact }) {
  return (
    <Panel
      action={owners.length === 0 ? undefined : <CopyButton label="Copy their names" text={owners.map(({ owner }) => owner).join(", ")} />}
      title="Whom to tell"
    >
      <Stack as="ul" fontSize="sm" gap={1} listStyleType="none">
        {owners.map(({ assets, owner }) => (
          <Flex as="li" gap={2} justify="space-between" key={owner}>
            <Text overflowWrap="anywhere">{owner}</Text>
            <Text color="fg.muted" whiteSpace="nowrap">
              {plural(assets, "asset")}
            </Text>
          </Flex>
        ))}
        {unowned > 0 ? (
          <Text as="li" color="fg.muted">
            {plural(unowned, "asset")} without an owner
          </Text>
        ) : null}
      </Stack>
    </Panel>
  );
}

function What({ impact: { byDepth, byType } }: { readonly impact: Impact }) {
  return (
    <Panel title="What it is">
      <Stack as="ul" fontSize="sm" gap={1} listStyleType="none">
        {[...Object.entries(byType).map(([type, hits]) => [words(type), hits] as const), ...Object.entries(byDepth).map(([hops, hits]) => [`${hops} ${hops === "1" ? "hop" : "hops"} away`, hits] as const)].map(
          ([name, hits]) => (
            <Flex as="li" gap={2} justify="space-between" key={name}>
              <Text>{name}</Text>
              <Text color="fg.muted">{count(hits)}</Text>
            </Flex>
          ),
        )}
      </Stack>
    </Panel>
  );
}

/** What breaks downstream when the asset, or one of its columns, changes. */
export function ImpactPanel({ asset }: { readonly asset: Asset }) {
  const [column, setColumn] = useState("");
  const [page, setPage] = useState(1);
  const { data: impact, error, refetch } = useImpact(asset.id, column);
  const choice =
    asset.schema.length === 0 ? null : (
      <Choice
        any="The whole asset"
        label="What changes"
        onChange={(name) => {
          setColumn(name);
          setPage(1);
        }}
        options={asset.schema.map(({ name }) => [name, `Column ${name}`])}
        value={column}
      />
    );
  return (
    <Stack gap={4}>
      <Flex align="center" gap={3} wrap="wrap">
        <Text fontSize="sm">When this changes:</Text>
        {choice}
        <Text aria-live="polite" color="fg.muted" fontSize="sm">
          {impact === undefined ? "" : `${impact.isPartial ? "more than " : ""}${plural(impact.total, "asset")} may break`}
        </Text>
      </Flex>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {impact === undefined && error === null ? <Skeleton height="160px" /> : null}
      {impact?.isPartial === true ? (
        <Alert.Root size="sm" status="info">
          <Alert.Indicator />
          <Alert.Title>There is more downstream than is shown: the counts are of what is listed.</Alert.Title>
        </Alert.Root>
      ) : null}
      {impact !== undefined && impact.total === 0 ? (
        <Empty icon={<LuShieldCheck />} text="Nothing that is known is made of it." title="Nothing breaks" />
      ) : null}
      {impact === undefined || impact.total === 0 ? null : (
        <>
          <Grid gap={4} templateColumns={{ base: "minmax(0, 1fr)", md: "repeat(2, minmax(0, 1fr))" }}>
            <Whom impact={impact} />
            <What impact={impact} />
          </Grid>
          <div>
            <TableFrame caption="Affected assets" heads={HEADS}>
              {impact.affected.slice((page - 1) * PAGE, page * PAGE).map((each) => (
                <Row affected={each} key={each.id} />
              ))}
            </TableFrame>
            <Pager onPage={setPage} page={page} pageSize={PAGE} total={impact.affected.length} />
          </div>
        </>
      )}
    </Stack>
  );
}
