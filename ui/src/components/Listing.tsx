import { Button } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { LuSearchX } from "react-icons/lu";

import type { Page } from "@/api/types";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { Pager } from "@/components/Pager";

type Answer<T> = {
  readonly data: Page<T> | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
};

type Props<T> = {
  readonly answer: Answer<T>;
  readonly children: (rows: readonly T[], loading: boolean) => ReactNode;
  /** Shown when there is nothing at all. */
  readonly empty: ReactNode;
  /** Whether filters may be why there is nothing. */
  readonly filtered: boolean;
  readonly noun: string;
  readonly onClear: () => void;
  readonly onPage: (page: number) => void;
  readonly page: number;
};

/** A paged list in all its states: on its way, failed, empty, empty because of filters, and there. */
export function Listing<T>({ answer, children, empty, filtered, noun, onClear, onPage, page }: Props<T>) {
  const { data, error, isPending, refetch } = answer;
  const nothing = data !== undefined && data.pagination.totalCount === 0;
  return (
    <>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {nothing && filtered ? (
        <Empty icon={<LuSearchX />} text={`No ${noun} fits the search and filters.`} title="Nothing found">
          <Button onClick={onClear} variant="outline">
            Show all
          </Button>
        </Empty>
      ) : null}
      {nothing && !filtered ? empty : null}
      {!nothing && (error === null || data !== undefined) ? children(data?.data ?? [], isPending) : null}
      {data === undefined ? null : (
        <Pager onPage={onPage} page={page} pageSize={data.pagination.pageSize} total={data.pagination.totalCount} />
      )}
    </>
  );
}
