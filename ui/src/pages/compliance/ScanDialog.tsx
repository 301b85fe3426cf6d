import { Checkbox, Skeleton, Stack, Text } from "@chakra-ui/react";

import { useScan } from "@/api/compliance";
import { useConnections } from "@/api/connections";
import { label, systemName } from "@/components/connection";
import { DialogButtons } from "@/components/DialogButtons";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { plural } from "@/components/format";
import { ModalDialog } from "@/components/ModalDialog";
import { RouteLink } from "@/components/RouteLink";
import { useSelection } from "@/components/useSelection";
import { LuPlug } from "react-icons/lu";

/** The most that one scan takes. */
const MOST = 100;

/** Chooses the connections to scan and starts a run for each. */
export function ScanDialog({ onClose }: { readonly onClose: () => void }) {
  const { data, error, isPending, refetch } = useConnections({ pageSize: MOST, status: "active" });
  const selection = useSelection();
  const scan = useScan();
  const connections = data?.data ?? [];
  const ids = connections.map(({ id }) => id);
  const chosen = selection.ids.length;
  return (
    <ModalDialog
      footer={
        <DialogButtons
          deed={chosen === 0 ? "Scan" : `Scan ${plural(chosen, "connection")}`}
          disabled={chosen === 0}
          onClose={onClose}
          onDo={() => scan.mutate(selection.ids, { onSuccess: onClose })}
          pending={scan.isPending}
        />
      }
      onClose={onClose}
      size="md"
      title="Scan for personal data and compliance"
    >
      <Stack gap={3}>
        <Text color="fg.muted" fontSize="sm">
          A scan reads a bounded sample of each column to find personal data, looks at how the source is secured, and
          judges every rule. It changes nothing at the source, and samples are not kept.
        </Text>
        {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
        {isPending ? <Skeleton height="96px" /> : null}
        {data !== undefined && connections.length === 0 ? (
          <Empty icon={<LuPlug />} text="Register a connection first; a scan needs something to look at." title="Nothing to scan">
            <RouteLink to="/connections">Go to the connections</RouteLink>
          </Empty>
        ) : null}
        {connections.length > 1 ? (
          <Checkbox.Root checked={selection.state(ids)} onCheckedChange={() => selection.toggleAll(ids)} size="sm">
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>All {plural(connections.length, "connection")}</Checkbox.Label>
          </Checkbox.Root>
        ) : null}
        {connections.map((connection) => (
          <Checkbox.Root
            checked={selection.has(connection.id)}
            key={connection.id}
            onCheckedChange={() => selection.toggle(connection.id)}
            ps={connections.length > 1 ? 4 : 0}
            size="sm"
          >
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label fontWeight="normal">
              {label(connection)}{" "}
              <Text as="span" color="fg.muted">
                {systemName(connection)}
              </Text>
            </Checkbox.Label>
          </Checkbox.Root>
        ))}
        {scan.error === null ? null : <ErrorNote error={scan.error} />}
      </Stack>
    </ModalDialog>
  );
}
