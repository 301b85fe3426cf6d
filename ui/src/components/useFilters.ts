import { useParams } from "@/components/useParams";

export type Filters<Name extends string> = {
  readonly clear: () => void;
  readonly filtered: boolean;
  readonly page: number;
  readonly set: (name: Name, value: string) => void;
  readonly setPage: (page: number) => void;
  readonly values: Readonly<Record<Name, string>>;
};

/** Filters and page of a list, kept in the address; another filter begins at the first page. */
export function useFilters<const Name extends string>(
  names: readonly Name[],
  defaults: Partial<Record<Name, string>> = {},
): Filters<Name> {
  const [param, setParams] = useParams();
  const values = Object.fromEntries(names.map((name) => [name, param(name) || (defaults[name] ?? "")]));
  return {
    clear: () => setParams({ page: "", ...Object.fromEntries(names.map((name) => [name, ""])) }),
    filtered: names.some((name) => param(name) !== ""),
    page: Math.max(1, Number(param("page")) || 1),
    set: (name, value) => setParams({ [name]: value, page: "" }),
    setPage: (page) => setParams({ page: page === 1 ? "" : String(page) }),
    values: values as Record<Name, string>,
  };
}
