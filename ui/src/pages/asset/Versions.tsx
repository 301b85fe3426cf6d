import { Badge, Box, Button, Flex, Skeleton, Stack, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuHistory, LuTriangleAlert } from "react-icons/lu";

import type { Asset } from "@/api/catalogTypes";
import { useDiff, useRestoreVersion, useVersions, type Person, type Version } from "@/api/history";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { Listing } from "@/components/Listing";
import { RouteLink } from "@/components/RouteLink";
import { TableFrame, type Head } from "@/components/TableFrame";
import { lines, type Line } from "@/pages/asset/diff";

const HEADS: readonly Head[] = [
  { label: "Version", width: "72px" },
  { label: "What changed" },
  { hideBelow: "sm", label: "By" },
  { hideBelow: "sm", label: "When" },
  { hideBelow: "sm", label: "Actions", quiet: true },
];

const BEGINNINGS: Readonly<Record<string, string>> = { created: "It was made", oldest: "The oldest that is kept" };

function DiffLine({ line: { after, before, breaking, what } }: { readonly line: Line }) {
  return (
    <Flex as="li" columnGap={2} rowGap={0} wrap="wrap">
      {breaking === true ? (
        <Badge colorPalette="failed" variant="subtle">
          <LuTriangleAlert aria-hidden /> breaks
        </Badge>
      ) : null}
      <Text fontWeight="medium">{what}</Text>
      {before === undefined ? null : (
        <Text color="fg.muted" overflowWrap="anywhere" textDecoration="line-through" whiteSpace="pre-line">
          {before}
        </Text>
      )}
      {after === undefined ? null : (
        <Text overflowWrap="anywhere" whiteSpace="pre-line">
          {before === undefined ? after : `→ ${after}`}
        </Text>
      )}
    </Flex>
  );
}

/** Who made a version: a person by name, a crawl by its run. */
function Author({ by }: { readonly by: Person | null }) {
  const name = by?.name ?? by?.id;
  const [, task] = /^task ([0-9a-f-]{36})$/u.exec(name ?? "") ?? [];
  if (task !== undefined) {
    return <RouteLink to={`/runs/${task}`}>a crawl</RouteLink>;
  }
  return name === undefined ? <Text as="span" color="fg.muted">its source</Text> : <>{name}</>;
}

type DiffProps = { readonly asset: Asset; readonly from: number; readonly to: number | undefined };

function DiffList({ asset, from, to }: DiffProps) {
  const { data, error } = useDiff(asset.id, from, to);
  if (error !== null) {
    return <ErrorNote error={error} />;
  }
  if (data === undefined) {
    return <Skeleton height="48px" />;
  }
  const found = lines(data);
  return (
    <Stack as="ul" fontSize="sm" gap={1} listStyleType="none">
      {found.map((line, at) => (
        <DiffLine key={at} line={line} />
      ))}
      {found.length === 0 ? <Text as="li">They do not differ.</Text> : null}
    </Stack>
  );
}

type Shown = "before" | "now" | undefined;

function Row({ asset, newest, version }: { readonly asset: Asset; readonly newest: boolean; readonly version: Version }) {
  const [shown, setShown] = useState<Shown>();
  const may = useMay()("describe");
  const restoring = useRestoreVersion(asset.id);
  const { at, breaking, by, changes, kind, number } = version;
  const beginning = BEGINNINGS[kind];
  const show = (which: Shown) => setShown(shown === which ? undefined : which);
  const deeds = (
    <Flex gap={1} justify={{ sm: "flex-end" }} wrap="wrap">
      {beginning === undefined ? (
        <Button aria-expanded={shown === "before"} aria-label={`Changes of version ${number}`} onClick={() => show("before")} size="2xs" variant="ghost">
          Changes
        </Button>
      ) : null}
      {newest ? null : (
        <Button aria-expanded={shown === "now"} aria-label={`Compare with now: version ${number}`} onClick={() => show("now")} size="2xs" variant="ghost">
          Compare with now
        </Button>
      )}
      {newest || !may ? null : (
        <Button
          aria-label={`Restore what people wrote in version ${number}`}
          loading={restoring.isPending}
          onClick={() => restoring.mutate({ number, version: asset.version })}
          size="2xs"
          title="Write again what people had written then; what the source says stays"
          variant="outline"
        >
          Restore
        </Button>
      )}
    </Flex>
  );
  return (
    <>
      <Table.Row>
        <Table.Cell fontVariantNumeric="tabular-nums">{number}</Table.Cell>
        <Table.Cell>
          <Flex align="center" columnGap={2} rowGap={1} wrap="wrap">
            {breaking ? (
              <Badge colorPalette="failed" variant="subtle">
                <LuTriangleAlert aria-hidden /> breaking
              </Badge>
            ) : null}
            <Text overflowWrap="anywhere">{beginning ?? (changes.length === 0 ? "Nothing to tell" : changes.join("; "))}</Text>
          </Flex>
          <Text color="fg.muted" fontSize="xs" hideFrom="sm">
            <Author by={by} />, <Ago moment={at} />
          </Text>
          <Box hideFrom="sm" mt={1}>
            {deeds}
          </Box>
          {restoring.error === null ? null : <ErrorNote error={restoring.error} />}
          {(restoring.data?.not_restored ?? []).length === 0 ? null : (
            <Text color="fg.muted" fontSize="xs" role="status">
              Restored without what is there no more: {restoring.data?.not_restored.join(", ")}
            </Text>
          )}
        </Table.Cell>
        <Table.Cell hideBelow="sm">
          <Author by={by} />
        </Table.Cell>
        <Table.Cell color="fg.muted" hideBelow="sm">
          <Ago moment={at} />
        </Table.Cell>
        <Table.Cell hideBelow="sm">
          {deeds}
        </Table.Cell>
      </Table.Row>
      {shown === undefined ? null : (
        <Table.Row>
          <Table.Cell colSpan={HEADS.length}>
            <Box py={2}>
              {shown === "now" ? <DiffList asset={asset} from={number} to={undefined} /> : <DiffList asset={asset} from={number - 1} to={number} />}
            </Box>
          </Table.Cell>
        </Table.Row>
      )}
    </>
  );
}

/** What became of an asset, newest first: what each version changed, what breaks its readers, and the way back. */
export function Versions({ asset }: { readonly asset: Asset }) {
  const [page, setPage] = useState(1);
  const answer = useVersions(asset.id, page);
  return (
    <Listing
      answer={answer}
      empty={<Empty icon={<LuHistory />} text="Each change of the asset is kept as a version." title="No version yet" />}
      filtered={false}
      noun="version"
      onClear={() => undefined}
      onPage={setPage}
      page={page}
    >
      {(rows, loading) => (
        <TableFrame caption={`Versions of ${asset.name}`} heads={HEADS} loading={loading} rows={4}>
          {rows.map((version, at) => (
            <Row asset={asset} key={version.number} newest={page === 1 && at === 0} version={version} />
          ))}
        </TableFrame>
      )}
    </Listing>
  );
}
