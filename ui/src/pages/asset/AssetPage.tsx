import { Skeleton, Tabs } from "@chakra-ui/react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { LuActivity, LuCode, LuHistory, LuKeyRound, LuListTree, LuTable2, LuUnplug, LuWaypoints, LuWorkflow } from "react-icons/lu";
import { useNavigate, useParams } from "react-router";

import { useAsset } from "@/api/catalog";
import { tablePartitions, type Asset } from "@/api/catalogTypes";
import { useMay } from "@/app/permissions";
import { ErrorNote } from "@/components/ErrorNote";
import { PageHead } from "@/components/PageHead";
import { PageSkeleton } from "@/components/PageSkeleton";
import { LiveNote } from "@/live/LiveNote";
import { useLiveAsset } from "@/live/useLiveAsset";
import { AssetHead } from "@/pages/asset/AssetHead";
import { ColumnTable } from "@/pages/asset/ColumnTable";
import { isBucket } from "@/pages/asset/dataset";
import { DatasetPanel } from "@/pages/asset/DatasetPanel";
import { Definition } from "@/pages/asset/Definition";
import { Details } from "@/pages/asset/Details";
import { Gone } from "@/pages/asset/Discard";
import { History } from "@/pages/asset/History";
import { ImpactPanel } from "@/pages/asset/ImpactPanel";
import { Keys } from "@/pages/asset/Keys";
import { Relations } from "@/pages/asset/Relations";
import { Runs } from "@/pages/asset/Runs";

const Lineage = lazy(async () => import("@/pages/lineage/Lineage"));

function hasKeys({ metadata }: Asset): boolean {
  const { foreign_keys: foreign, indexes, primary_key: primary, unique_keys: unique } = metadata;
  return Boolean(primary) || [foreign, indexes, tablePartitions(metadata), unique].some((list) => (list?.length ?? 0) > 0);
}

function AssetTabs({ asset, tab }: { readonly asset: Asset; readonly tab: string }) {
  const navigate = useNavigate();
  const may = useMay();
  const list = useRef<HTMLDivElement>(null);
  const related = may("readRelationships");
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [related, tab]);
  return (
    <Tabs.Root
      activationMode="manual"
      colorPalette="brand"
      lazyMount
      onValueChange={({ value }) => void navigate(`/assets/${asset.id}${value === "columns" ? "" : `/${value}`}`)}
      size="sm"
      value={tab}
    >
      <Tabs.List css={{ "& > button": { flexShrink: 0 } }} overflowX="auto" overflowY="hidden" ref={list}>
        <Tabs.Trigger value="columns">
          <LuTable2 /> {isBucket(asset.metadata) ? "Bucket" : "Columns"}
        </Tabs.Trigger>
        <Tabs.Trigger value="lineage">
          <LuWorkflow /> Lineage
        </Tabs.Trigger>
        <Tabs.Trigger value="impact">
          <LuUnplug /> Impact
        </Tabs.Trigger>
        {related ? (
          <Tabs.Trigger value="relationships">
            <LuWaypoints /> Relationships
          </Tabs.Trigger>
        ) : null}
        {hasKeys(asset) ? (
          <Tabs.Trigger value="keys">
            <LuKeyRound /> Keys
          </Tabs.Trigger>
        ) : null}
        {asset.metadata.definition ? (
          <Tabs.Trigger value="definition">
            <LuCode /> Definition
          </Tabs.Trigger>
        ) : null}
        <Tabs.Trigger value="details">
          <LuListTree /> Details
        </Tabs.Trigger>
        <Tabs.Trigger value="runs">
          <LuActivity /> Runs
        </Tabs.Trigger>
        <Tabs.Trigger value="history">
          <LuHistory /> History
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="columns">
        {asset.type === "DATASET" ? <DatasetPanel asset={asset} /> : null}
        {isBucket(asset.metadata) ? null : <ColumnTable asset={asset} />}
      </Tabs.Content>
      <Tabs.Content value="lineage">
        <Suspense fallback={<Skeleton height="480px" />}>
          <Lineage focus={asset} key={asset.id} />
        </Suspense>
      </Tabs.Content>
      <Tabs.Content value="impact">
        <ImpactPanel asset={asset} key={asset.id} />
      </Tabs.Content>
      <Tabs.Content value="relationships">
        <Relations asset={asset} key={asset.id} />
      </Tabs.Content>
      <Tabs.Content value="keys">
        <Keys asset={asset} />
      </Tabs.Content>
      <Tabs.Content value="definition">
        <Definition sql={asset.metadata.definition ?? ""} />
      </Tabs.Content>
      <Tabs.Content value="details">
        <Details asset={asset} />
      </Tabs.Content>
      <Tabs.Content value="runs">
        <Runs asset={asset} key={asset.id} />
      </Tabs.Content>
      <Tabs.Content value="history">
        <History asset={asset} key={asset.id} />
      </Tabs.Content>
    </Tabs.Root>
  );
}

export default function AssetPage() {
  const { id = "", tab = "columns" } = useParams();
  const { data: asset, error, refetch } = useAsset(id);
  const [gone, setGone] = useState<string>();
  const { forget, news } = useLiveAsset(id);
  if (asset === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <>
        <PageHead title="Asset" />
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  if (gone === id) {
    return <Gone asset={asset} onBack={() => setGone(undefined)} />;
  }
  return (
    <>
      {news === undefined ? null : <LiveNote onClose={forget} text={news} />}
      <AssetHead asset={asset} onGone={() => setGone(id)} tab={tab} />
      <AssetTabs asset={asset} tab={tab} />
    </>
  );
}
