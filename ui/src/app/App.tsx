import { Box } from "@chakra-ui/react";
import { lazy, Suspense, useEffect } from "react";
import { Navigate, Route, Routes, useNavigate } from "react-router";

import { Failure } from "@/app/Failure";
import { onHome } from "@/app/frame";
import { followHost } from "@/app/history";
import { embedded } from "@/app/place";
import { Tabs } from "@/app/Tabs";
import { PageSkeleton } from "@/components/PageSkeleton";
import { ConnectionsPage } from "@/pages/connections/ConnectionsPage";

const ApisPage = lazy(async () => import("@/pages/apis/ApisPage"));
const AssetPage = lazy(async () => import("@/pages/asset/AssetPage"));
const AuditPage = lazy(async () => import("@/pages/audit/AuditPage"));
const CatalogPage = lazy(async () => import("@/pages/catalog/CatalogPage"));
const CompliancePage = lazy(async () => import("@/pages/compliance/CompliancePage"));
const ConnectionPage = lazy(async () => import("@/pages/connection/ConnectionPage"));
const DagPage = lazy(async () => import("@/pages/dag/DagPage"));
const DeletedPage = lazy(async () => import("@/pages/deleted/DeletedPage"));
const FindingsPage = lazy(async () => import("@/pages/findings/FindingsPage"));
const GlossaryPage = lazy(async () => import("@/pages/glossary/GlossaryPage"));
const RunPage = lazy(async () => import("@/pages/run/RunPage"));
const RunsPage = lazy(async () => import("@/pages/runs/RunsPage"));
const TagsPage = lazy(async () => import("@/pages/tags/TagsPage"));
const TransferPage = lazy(async () => import("@/pages/transfer/TransferPage"));
const WebhooksPage = lazy(async () => import("@/pages/webhooks/WebhooksPage"));
const UnknownPage = lazy(async () => import("@/pages/UnknownPage"));

export function App() {
  const navigate = useNavigate();
  useEffect(() => onHome(() => void navigate("/connections", { replace: true })), [navigate]);
  useEffect(() => followHost((path) => void navigate(path, { replace: true })), [navigate]);
  return (
    <Box bg="bg" color="fg" minH="100dvh">
      {embedded ? null : <Tabs />}
      <Box as="main" id="main" mx="auto" px={{ base: 3, md: 4 }} py={4}>
        <Failure>
          <Suspense fallback={<PageSkeleton />}>
            <Routes>
              <Route element={<Navigate replace to="/connections" />} path="/" />
              <Route element={<ConnectionsPage />} path="/connections" />
              <Route element={<ConnectionPage />} path="/connections/:id" />
              <Route element={<CatalogPage />} path="/catalog" />
              <Route element={<DeletedPage />} path="/catalog/deleted" />
              <Route element={<AssetPage />} path="/assets/:id/:tab?" />
              <Route element={<CompliancePage />} path="/compliance" />
              <Route element={<DagPage />} path="/dags/:dagId" />
              <Route element={<FindingsPage />} path="/findings" />
              <Route element={<TagsPage />} path="/tags" />
              <Route element={<GlossaryPage />} path="/glossary" />
              <Route element={<RunsPage />} path="/runs" />
              <Route element={<RunPage />} path="/runs/:id" />
              <Route element={<TransferPage />} path="/transfer" />
              <Route element={<WebhooksPage />} path="/webhooks" />
              <Route element={<AuditPage />} path="/audit" />
              <Route element={<ApisPage />} path="/apis" />
              <Route element={<UnknownPage />} path="*" />
            </Routes>
          </Suspense>
        </Failure>
      </Box>
    </Box>
  );
}
