import { Box, Flex, Skeleton, Switch, Text } from "@chakra-ui/react";
import { useCallback, useMemo, useState } from "react";
import { LuWorkflow } from "react-icons/lu";

import type { Brief } from "@/api/catalogTypes";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { count, plural } from "@/components/format";
import { LiveNote } from "@/live/LiveNote";
import { useLive } from "@/live/useLive";
import { changesLineage, told } from "@/live/words";
import { Canvas } from "@/pages/lineage/Canvas";
import type { Shown } from "@/pages/lineage/drawing";
import { Find } from "@/pages/lineage/Find";
import { trace, type Graph } from "@/pages/lineage/graph";
import { AssetSide, FlowSide } from "@/pages/lineage/Side";
import { useLineage, type Lineage as Known } from "@/pages/lineage/useLineage";

type Chosen = {
  readonly asset?: string;
  readonly column?: readonly [asset: string, column: string];
  readonly flow?: string;
};

const HEIGHT = { base: "60dvh", md: "calc(100dvh - 340px)" };
/** Assets of the graph whose changes are told. */
const FOLLOWED = 50;
/** A find is worth its place from so many assets on. */
const FINDABLE = 12;

function sizeOf({ assets, partial }: Graph, drawn: Graph): string {
  const known = drawn.assets.size === assets.size ? plural(assets.size, "asset") : `${count(drawn.assets.size)} of ${plural(assets.size, "asset")} drawn`;
  return partial ? `${known}; there is more beyond them` : known;
}

function Bar({ lineage, onFound, onSwitch, withColumns }: {
  readonly lineage: Known;
  readonly onFound: (id: string) => void;
  readonly onSwitch: (on: boolean) => void;
  readonly withColumns: boolean;
}) {
  const { drawn, expanding, graph } = lineage;
  return (
    <Flex align="center" columnGap={4} mb={2} rowGap={2} wrap="wrap">
      <Text aria-live="polite" color="fg.muted" fontSize="sm">
        {sizeOf(graph, drawn)}
        {expanding === undefined ? "" : " · looking further …"}
      </Text>
      <Flex align="center" columnGap={4} ms={{ md: "auto" }} rowGap={2} wrap="wrap">
        {graph.assets.size < FINDABLE ? null : <Find graph={graph} onFound={onFound} />}
        <Switch.Root checked={withColumns} onCheckedChange={({ checked }) => onSwitch(checked)} size="sm">
          <Switch.HiddenInput />
          <Switch.Control />
          <Switch.Label>Columns</Switch.Label>
        </Switch.Root>
      </Flex>
    </Flex>
  );
}

/** What an asset is made of and what reads it, as a graph that grows where one asks. */
export default function Lineage({ empty, focus }: { readonly empty?: string; readonly focus: Brief }) {
  const lineage = useLineage(focus);
  const { anchor, drawn, error, expand, fold, graph, loading, more, reveal } = lineage;
  const [chosen, setChosen] = useState<Chosen>({});
  const [withColumns, setWithColumns] = useState(false);

  const onAsset = useCallback(
    (id: string | undefined) => setChosen(({ column }) => (id === undefined ? {} : { ...(column && { column }), asset: id })),
    [],
  );
  const onFlow = useCallback((id: string) => setChosen(({ column }) => ({ ...(column && { column }), flow: id })), []);
  const onColumn = useCallback((asset: string, column: string) => {
    setWithColumns(true);
    setChosen(({ column: before, ...rest }) =>
      before?.[0] === asset && before[1] === column ? rest : { ...rest, column: [asset, column] },
    );
  }, []);
  const onFound = useCallback(
    (id: string) => {
      reveal(id);
      setChosen({ asset: id });
    },
    [reveal],
  );
  const onGrow = useCallback(
    (id: string) => {
      if (graph.complete.has(id)) {
        more(id, "upstream");
        more(id, "downstream");
      } else {
        expand(id);
      }
    },
    [expand, graph.complete, more],
  );
  const onFold = useCallback(
    (id: string) => {
      fold(id, "upstream");
      fold(id, "downstream");
    },
    [fold],
  );
  const [news, setNews] = useState<string>();
  const followed = useMemo(() => [focus.id, ...[...drawn.assets.keys()].filter((id) => id !== focus.id)].slice(0, FOLLOWED), [drawn, focus.id]);
  useLive("asset.updates", followed, (event) => {
    if (changesLineage(event)) {
      setNews(told(event, "An asset of this graph"));
    }
  });
  const { asset: chosenAsset, column, flow: chosenFlow } = chosen;
  const lit = useMemo(() => (column === undefined ? undefined : trace(graph, ...column)), [column, graph]);
  const shown: Shown = useMemo(
    () => ({ asset: chosenAsset, flow: chosenFlow, focus: focus.id, known: graph, lit, withColumns }),
    [chosenAsset, chosenFlow, focus.id, graph, lit, withColumns],
  );

  if (loading) {
    return <Skeleton height={HEIGHT} minH="360px" />;
  }
  const note = error === undefined ? null : <ErrorNote error={error} onRetry={() => expand(focus.id)} />;
  if (graph.flows.size === 0) {
    return (
      note ?? (
        <Empty
          icon={<LuWorkflow />}
          text={
            empty ??
            "Lineage comes from the views that a crawl reads, from runs that tell of it, and from people: nothing is known to read this asset, and it reads nothing that is known."
          }
          title="No lineage is known"
        />
      )
    );
  }
  const flow = chosenFlow === undefined ? undefined : graph.flows.get(chosenFlow);
  const asset = graph.assets.get(chosenAsset ?? focus.id) ?? focus;
  return (
    <Box>
      {note}
      {news === undefined ? null : (
        <LiveNote
          onClose={() => setNews(undefined)}
          onShow={() => {
            setNews(undefined);
            lineage.reload();
          }}
          text={news}
        />
      )}
      <Bar lineage={lineage} onFound={onFound} onSwitch={setWithColumns} withColumns={withColumns} />
      <Flex direction={{ base: "column", md: "row" }} gap={4}>
        <Box borderRadius="md" borderWidth={1} flex={{ md: "1" }} h={HEIGHT} minH="360px" minW={0} overflow="hidden">
          <Canvas
            anchor={anchor}
            graph={drawn}
            onAsset={onAsset}
            onColumn={onColumn}
            onExpand={expand}
            onFlow={onFlow}
            onFold={onFold}
            onGrow={onGrow}
            onMore={more}
            shown={shown}
          />
        </Box>
        <Box
          as="aside"
          aria-label="Details of the lineage"
          borderRadius="md"
          borderWidth={1}
          maxH={{ md: HEIGHT.md }}
          minH={{ md: "360px" }}
          overflowY="auto"
          p={4}
          w={{ base: "full", md: "280px" }}
        >
          {flow === undefined ? (
            <AssetSide asset={asset} focused={asset.id === focus.id} lineage={lineage} onFlow={onFlow} />
          ) : (
            <FlowSide flow={flow} graph={graph} onColumn={onColumn} />
          )}
        </Box>
      </Flex>
    </Box>
  );
}
