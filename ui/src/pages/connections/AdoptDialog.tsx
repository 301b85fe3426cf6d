import { Button, Flex, Skeleton, Stack, Text } from "@chakra-ui/react";
import { LuPlug } from "react-icons/lu";

import { useAdopt, useAdoptable } from "@/api/connections";
import type { AdoptableConnection } from "@/api/types";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { RouteLink } from "@/components/RouteLink";

function Adoptable({ connection }: { readonly connection: AdoptableConnection }) {
  const adopt = useAdopt();
  const { connId, connType, database, description, host } = connection;
  return (
    <Stack as="li" borderTopWidth={1} gap={2} py={3}>
      <Flex align="center" gap={3} justify="space-between">
        <Stack gap={0} minW={0}>
          <Text fontWeight="semibold" overflowWrap="anywhere">
            {connId}
          </Text>
          <Text color="fg.muted" fontSize="sm" overflowWrap="anywhere">
            {[connType, host, database, description].filter(Boolean).join(" · ")}
          </Text>
        </Stack>
        {adopt.data === undefined ? (
          <Button
            aria-label={`Adopt ${connId}`}
            loading={adopt.isPending}
            onClick={() => adopt.mutate(connId)}
            size="xs"
            variant="outline"
          >
            Adopt
          </Button>
        ) : (
          <RouteLink to={`/connections/${encodeURIComponent(adopt.data.id)}`}>Show it</RouteLink>
        )}
      </Flex>
      {adopt.error === null ? null : <ErrorNote error={adopt.error} />}
    </Stack>
  );
}

/** Airflow's existing connections that Crosswind could govern; adopting changes nothing in Airflow's own row. */
export function AdoptDialog({ onClose }: { readonly onClose: () => void }) {
  const { data, error, isPending, refetch } = useAdoptable(true);
  return (
    <ModalDialog onClose={onClose} size="md" title="Adopt connections from Airflow">
      <Text color="fg.muted" fontSize="sm" mb={3}>
        An adopted connection keeps its id and stays as it is in Airflow; Crosswind adds its record, checks and crawls.
      </Text>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {isPending ? <Skeleton height="96px" /> : null}
      {data?.data.length === 0 ? (
        <Empty
          icon={<LuPlug />}
          text="Airflow has no connection of a type that Crosswind knows and does not govern yet."
          title="Nothing to adopt"
        />
      ) : (
        <Stack as="ul" gap={0} listStyleType="none">
          {data?.data.map((connection) => <Adoptable connection={connection} key={connection.connId} />)}
        </Stack>
      )}
    </ModalDialog>
  );
}
