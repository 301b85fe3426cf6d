import { Box, Button, Flex, Grid, Skeleton, Stack, Text } from "@chakra-ui/react";
import { LuBookOpen, LuSearchX } from "react-icons/lu";

import { useFacets, useSearch, type SearchWords } from "@/api/catalog";
import type { Among } from "@/api/catalogTypes";
import { ApiError } from "@/api/error";
import { useMay } from "@/app/permissions";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { plural } from "@/components/format";
import { PageHead } from "@/components/PageHead";
import { RouteLink } from "@/components/RouteLink";
import { SearchBox } from "@/components/SearchBox";
import { Tick } from "@/components/Tick";
import { useParams } from "@/components/useParams";
import { useSelection } from "@/components/useSelection";
import { withFilter } from "@/pages/catalog/asked";
import { FacetList } from "@/pages/catalog/FacetList";
import { FilterChips } from "@/pages/catalog/FilterChips";
import { Hit } from "@/pages/catalog/Hit";
import { LabelBar } from "@/pages/catalog/LabelBar";
import { SearchHelp } from "@/pages/catalog/SearchHelp";

const FACETS = ["classification", "connection", "domain", "owner", "product", "schema", "tag", "term", "type"] as const;

/** What is said where not all hits were ranked. */
const AMONG: Readonly<Record<Among, string>> = { all: "", newest: ", the best of the newest first", some: ", the best of some first" };

function useWords(): readonly [SearchWords, (changes: Record<string, string>) => void] {
  const [param, setParams] = useParams();
  const chosen = FACETS.map((name) => [name, param(name)] as const).filter(([, value]) => value !== "");
  const words: SearchWords = { q: param("q"), ...Object.fromEntries(chosen) };
  return [words, setParams];
}

function NoHits({ onClear, words }: { readonly onClear: () => void; readonly words: SearchWords }) {
  if (words.q === "" && FACETS.every((name) => words[name] === undefined)) {
    return (
      <Empty
        icon={<LuBookOpen />}
        text="The catalog fills itself: register a connection and crawl it, and its tables, views, columns, comments and lineage can be found here."
        title="The catalog is empty"
      >
        <RouteLink to="/connections">Go to the connections</RouteLink>
      </Empty>
    );
  }
  return (
    <Empty
      icon={<LuSearchX />}
      text="Names of tables, views and columns are found by their parts, comments by their words. Fewer words and filters find more."
      title={words.q === "" ? "Nothing fits these filters" : `Nothing found for “${words.q}”`}
    >
      <Button onClick={onClear} variant="outline">
        Search everything
      </Button>
    </Empty>
  );
}

/** What looks like a filter in the text and was looked for as words. */
function Hints({ hints }: { readonly hints: readonly string[] }) {
  return hints.length === 0 ? null : (
    <Stack aria-label="About the search" as="ul" color="fg.warning" fontSize="sm" gap={1} listStyleType="none" mb={3}>
      {hints.map((hint) => (
        <Text as="li" key={hint}>
          {hint}
        </Text>
      ))}
    </Stack>
  );
}

function HitSkeletons() {
  return (
    <Stack aria-busy gap={3}>
      {Array.from({ length: 5 }, (_, row) => (
        <Box borderRadius="md" borderWidth={1} key={row} p={3}>
          <Skeleton height="20px" maxW="240px" mb={2} />
          <Skeleton height="16px" maxW="420px" />
        </Box>
      ))}
    </Stack>
  );
}

function Results({ onClear, words }: { readonly onClear: () => void; readonly words: SearchWords }) {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, isPending, isPlaceholderData, refetch } =
    useSearch(words);
  const may = useMay()("label");
  const selection = useSelection();
  const hits = data?.pages.flatMap((page) => page.results) ?? [];
  const ids = hits.map(({ asset }) => asset.id);
  const total = data?.pages[0]?.total ?? 0;
  if (isPending) {
    return <HitSkeletons />;
  }
  if (error !== null && data === undefined) {
    const wrong = error instanceof ApiError && error.status === 400;
    return wrong ? (
      <ErrorNote error={error} title="This search is not understood" />
    ) : (
      <ErrorNote error={error} onRetry={() => void refetch()} />
    );
  }
  const hints = <Hints hints={data?.pages[0]?.hints ?? []} />;
  if (hits.length === 0) {
    return (
      <>
        {hints}
        <NoHits onClear={onClear} words={words} />
      </>
    );
  }
  return (
    <Box aria-busy={isPlaceholderData} opacity={isPlaceholderData ? 0.6 : 1} transition="opacity 120ms">
      {hints}
      <Flex align="center" columnGap={3} mb={2} minH={8} wrap="wrap">
        {may ? (
          <Box ps={3}>
            <Tick
              checked={selection.state(ids)}
              label="Choose all that is shown"
              onToggle={() => selection.toggleAll(ids)}
            />
          </Box>
        ) : null}
        <Text aria-live="polite" color="fg.muted" fontSize="sm">
          {data?.pages[0]?.total_is_capped === true ? `more than ${plural(total, "asset")}` : plural(total, "asset")}
          {AMONG[data?.pages[0]?.ranked_among ?? "all"]}
        </Text>
        {may ? <LabelBar hits={hits} selection={selection} /> : null}
      </Flex>
      <Stack as="ol" gap={3} listStyleType="none">
        {hits.map((hit) => (
          <Hit
            chosen={selection.has(hit.asset.id)}
            hit={hit}
            key={hit.asset.id}
            onChoose={may ? () => selection.toggle(hit.asset.id) : undefined}
          />
        ))}
      </Stack>
      {hasNextPage ? (
        <Flex justify="center" pt={4}>
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()} variant="outline">
            Show more
          </Button>
        </Flex>
      ) : null}
    </Box>
  );
}

export default function CatalogPage() {
  const [words, setParams] = useWords();
  const { data, error } = useFacets(words);
  const clear = () => setParams({ q: "", ...Object.fromEntries(FACETS.map((name) => [name, ""])) });
  return (
    <>
      <PageHead title="Catalog" />
      <Flex gap={2}>
        <Box flex="1">
          <SearchBox
            label="Search tables, views, columns and comments"
            onChange={(q) => setParams({ q })}
            size="md"
            value={words.q}
          />
        </Box>
        <SearchHelp onFilter={(key, value) => setParams({ q: withFilter(words.q, key, value) })} />
      </Flex>
      <FilterChips onText={(q) => setParams({ q })} text={words.q} />
      <Grid gap={{ base: 4, lg: 6 }} mt={4} templateColumns={{ base: "minmax(0, 1fr)", lg: "220px minmax(0, 1fr)" }}>
        {error !== null && data === undefined ? (
          <Box hideBelow="lg" />
        ) : (
          <FacetList
            about={data?.ranked_among !== undefined && data.ranked_among !== "all"}
            chosen={words}
            facets={data?.facets}
            onChoose={(name, value) => setParams({ [name]: value })}
          />
        )}
        <Results onClear={clear} words={words} />
      </Grid>
    </>
  );
}
