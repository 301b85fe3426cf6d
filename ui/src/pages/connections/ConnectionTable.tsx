import { useMemo } from "react";

import { useHealths } from "@/api/connections";
import { isLive, useRuns } from "@/api/runs";
import type { Connection, Run } from "@/api/types";
import { TableFrame } from "@/components/TableFrame";
import { ConnectionRow } from "@/pages/connections/ConnectionRow";
import { HEADS } from "@/pages/connections/heads";

/** The newest run of each connection, as far as the latest runs tell. */
function newest(runs: readonly Run[]): ReadonlyMap<string, Run> {
  const found = new Map<string, Run>();
  for (const run of runs) {
    const id = run.connectionId;
    if (id !== null && id !== undefined && (!found.has(id) || isLive(run))) {
      found.set(id, run);
    }
  }
  return found;
}

type Props = { readonly connections: readonly Connection[]; readonly loading: boolean };

export function ConnectionTable({ connections, loading }: Props) {
  const { data } = useRuns({ pageSize: 50 });
  const { data: healths } = useHealths();
  const runs = useMemo(() => newest(data?.data ?? []), [data]);
  return (
    <TableFrame caption="Connections" heads={HEADS} loading={loading}>
      {connections.map((connection) => (
        <ConnectionRow
          connection={connection}
          health={healths?.get(connection.id)}
          key={connection.id}
          run={runs.get(connection.id)}
        />
      ))}
    </TableFrame>
  );
}
