import { Badge, Code, Flex, Stack, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { tablePartitions, type Asset } from "@/api/catalogTypes";
import { Panel } from "@/components/Panel";

type LineProps = { readonly children?: ReactNode; readonly columns: readonly string[]; readonly name: string };

function Line({ children, columns, name }: LineProps) {
  return (
    <Flex align="center" as="li" borderTopWidth={1} columnGap={3} fontSize="sm" py={2} rowGap={1} wrap="wrap">
      <Text fontWeight="medium" minW="200px" overflowWrap="anywhere">
        {name}
      </Text>
      <Code overflowWrap="anywhere" size="sm" whiteSpace="normal">
        {columns.join(", ")}
      </Code>
      {children}
    </Flex>
  );
}

function Group({ children, title }: { readonly children: ReactNode; readonly title: string }) {
  return (
    <Panel title={title}>
      <Stack as="ul" gap={0} listStyleType="none">
        {children}
      </Stack>
    </Panel>
  );
}

/** Primary, unique and foreign keys, indexes and partitions. */
export function Keys({ asset }: { readonly asset: Asset }) {
  const { foreign_keys: foreign = [], indexes = [], primary_key: primary, unique_keys: unique = [] } = asset.metadata;
  const partitions = tablePartitions(asset.metadata);
  return (
    <Stack gap={4}>
      {primary || unique.length > 0 ? (
        <Group title="Keys">
          {primary ? (
            <Line columns={primary.columns} name={primary.name}>
              <Badge size="xs">primary</Badge>
            </Line>
          ) : null}
          {unique.map((key) => (
            <Line columns={key.columns} key={key.name} name={key.name}>
              <Badge size="xs">unique</Badge>
            </Line>
          ))}
        </Group>
      ) : null}
      {foreign.length === 0 ? null : (
        <Group title="Foreign keys">
          {foreign.map((key) => (
            <Line columns={key.columns} key={key.name} name={key.name}>
              <Text color="fg.muted">to</Text>
              <Code overflowWrap="anywhere" size="sm" whiteSpace="normal">
                {[key.target_schema, key.target_name].filter(Boolean).join(".")} ({(key.target_columns ?? []).join(", ")})
              </Code>
            </Line>
          ))}
        </Group>
      )}
      {indexes.length === 0 ? null : (
        <Group title="Indexes">
          {indexes.map((index) => (
            <Line columns={index.columns} key={index.name} name={index.name}>
              {index.method ? <Badge size="xs">{index.method}</Badge> : null}
              {index.unique ? <Badge size="xs">unique</Badge> : null}
              {index.predicate ? <Text color="fg.muted">where {index.predicate}</Text> : null}
            </Line>
          ))}
        </Group>
      )}
      {partitions.length === 0 ? null : (
        <Group title="Partitions">
          {partitions.map((partition) => (
            <Line columns={[partition.bound ?? ""]} key={partition.name} name={partition.name} />
          ))}
        </Group>
      )}
    </Stack>
  );
}
