import { useConnections } from "@/api/connections";
import { Choice } from "@/components/Choice";
import { label } from "@/components/connection";

const MOST = 100;

type Props = { readonly onChange: (id: string) => void; readonly value: string };

/** One of the connections that one may see, or all of them. */
export function ConnectionChoice({ onChange, value }: Props) {
  const { data } = useConnections({ pageSize: MOST });
  const options = (data?.data ?? []).map((connection) => [connection.id, label(connection)] as const);
  const known = value === "" || options.some(([id]) => id === value);
  return (
    <Choice
      any="All connections"
      label="Connection"
      onChange={onChange}
      options={known ? options : [[value, value], ...options]}
      value={value}
    />
  );
}
