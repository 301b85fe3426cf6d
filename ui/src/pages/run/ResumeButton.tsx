import { Button } from "@chakra-ui/react";
import { LuPlay } from "react-icons/lu";
import { useNavigate } from "react-router";

import { useStartImport, type ImportPayload } from "@/api/transfer";
import type { Run } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";

/** Goes through an import's file again, in a run of its own; what is stored is passed over, the rest is written. */
export function ResumeButton({ run }: { readonly run: Run }) {
  const navigate = useNavigate();
  const start = useStartImport();
  const again = () =>
    start.mutate(
      { payload: run.payload as ImportPayload, priority: run.priority },
      { onSuccess: ({ id }) => void navigate(`/runs/${encodeURIComponent(id)}`) },
    );
  return (
    <>
      <Button loading={start.isPending} onClick={again} title="A new run goes through the file; what is stored is passed over">
        <LuPlay /> Resume
      </Button>
      {start.error === null ? null : <ErrorNote error={start.error} title="The import was not resumed" />}
    </>
  );
}
