import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { upload, useStartImport } from "@/api/transfer";
import { request, type Draft } from "@/pages/transfer/draft";

type Sent = { readonly file: File; readonly source: string };

/** Sends the file, asks for the import of it and goes to its run; a file that was sent is not sent again on the next try. */
export function useImporting() {
  const navigate = useNavigate();
  const starting = useStartImport();
  const [share, setShare] = useState<number>();
  const stopper = useRef<AbortController>(undefined);
  const sent = useRef<Sent>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);

  const send = async (file: File): Promise<string> => {
    if (sent.current?.file !== file) {
      stopper.current = new AbortController();
      setShare(0);
      const { source } = await upload(file, { onSent: setShare, signal: stopper.current.signal });
      sent.current = { file, source };
    }
    return sent.current.source;
  };
  const work = useMutation({
    mutationFn: async ({ draft, file }: { readonly draft: Draft; readonly file: File | undefined }) => {
      const source = draft.from === "file" && file !== undefined ? await send(file) : undefined;
      setShare(undefined);
      return starting.mutateAsync(request(draft, source));
    },
    onSettled: () => setShare(undefined),
    onSuccess: ({ id }) => void navigate(`/runs/${encodeURIComponent(id)}`),
  });
  return { share, stop: () => stopper.current?.abort(), work };
}
