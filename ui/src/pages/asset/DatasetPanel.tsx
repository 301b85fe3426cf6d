import { Alert, Badge, Code, Flex, SimpleGrid, Stack, Text } from "@chakra-ui/react";

import type { Asset, AssetMetadata } from "@/api/catalogTypes";
import { Ago } from "@/components/Ago";
import { CopyButton } from "@/components/CopyButton";
import { Facts } from "@/components/Facts";
import { bytes } from "@/components/format";
import { Panel } from "@/components/Panel";
import { said } from "@/components/said";
import { StateBadge } from "@/components/StateBadge";
import { filesOf, formatOf, isBucket, otherFacts, partitionsOf, protection } from "@/pages/asset/dataset";

function Path({ path }: { readonly path: string }) {
  return (
    <Flex align="center" gap={1}>
      <Code overflowWrap="anywhere" size="sm" whiteSpace="normal">
        {path}
      </Code>
      <CopyButton label="Copy the path" text={path} />
    </Flex>
  );
}

function PartitionKeys({ keys }: { readonly keys: NonNullable<AssetMetadata["partition_keys"]> }) {
  return (
    <Flex gap={1} wrap="wrap">
      {keys.map(({ name, type }) => (
        <Badge fontFamily="mono" fontWeight="normal" key={name} variant="outline">
          {name} {type}
        </Badge>
      ))}
    </Flex>
  );
}

function Problem({ metadata }: { readonly metadata: AssetMetadata }) {
  const { problem, problem_file: file } = metadata;
  return problem === undefined ? null : (
    <Alert.Root size="sm" status="warning">
      <Alert.Indicator />
      <Alert.Content minW={0}>
        <Alert.Title>{problem}</Alert.Title>
        {file === undefined ? null : <Alert.Description overflowWrap="anywhere">{file}</Alert.Description>}
      </Alert.Content>
    </Alert.Root>
  );
}

function Protection({ metadata }: { readonly metadata: AssetMetadata }) {
  const facts = protection(metadata).map(
    ([name, { state, text }]) => [name, <StateBadge key={name} label={text} state={state} />] as const,
  );
  const rules = metadata.lifecycle_rules ?? [];
  return (
    <Panel title="Protection">
      <Facts
        facts={[
          ...facts,
          [
            "Lifecycle rules",
            rules.length === 0 ? null : (
              <Stack as="ul" gap={1} key="rules" listStyleType="none">
                {rules.map((rule, index) => (
                  <Text as="li" key={index}>
                    {said(rule)}
                  </Text>
                ))}
              </Stack>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

/** Where files are, what they are, how much of them there is, and how their bucket is protected. */
export function DatasetPanel({ asset }: { readonly asset: Asset }) {
  const { metadata } = asset;
  const { last_modified: changed, partition_keys: keys = [], path, size_bytes: size } = metadata;
  const bucket = isBucket(metadata);
  const what = [
    ["Path", path === undefined ? null : <Path key="path" path={path} />],
    ["Format", formatOf(metadata)],
    ["Partitioned by", keys.length === 0 ? null : <PartitionKeys key="keys" keys={keys} />],
    ["Partitions", partitionsOf(metadata)],
  ] as const;
  const howMuch = [
    ["Files", filesOf(metadata)],
    ["Size", typeof size === "number" ? bytes(size) : null],
    ["Last change", changed ? <Ago key="changed" moment={changed} /> : null],
    ...otherFacts(metadata),
  ] as const;
  return (
    <Stack gap={4} mb={4}>
      <Problem metadata={metadata} />
      <SimpleGrid alignItems="start" columns={{ base: 1, lg: bucket ? 2 : 1 }} gap={4}>
        <Panel title={bucket ? "Bucket" : "Files"}>
          {bucket ? (
            <Facts facts={[...what, ...howMuch]} />
          ) : (
            <SimpleGrid alignItems="start" columnGap={8} columns={{ base: 1, lg: 2 }} rowGap={2}>
              <Facts facts={what} />
              <Facts facts={howMuch} />
            </SimpleGrid>
          )}
        </Panel>
        {bucket ? <Protection metadata={metadata} /> : null}
      </SimpleGrid>
    </Stack>
  );
}
