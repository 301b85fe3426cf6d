import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { forgetAsset } from "@/api/assets";
import { isOwn } from "@/api/queryClient";
import { useLive } from "@/live/useLive";
import { told } from "@/live/words";

/** Keeps a shown asset as it is now, and says what others changed; what one is writing stays. */
export function useLiveAsset(id: string): { readonly forget: () => void; readonly news: string | undefined } {
  const client = useQueryClient();
  const [news, setNews] = useState<{ readonly id: string; readonly text: string }>();
  useLive("asset.updates", [id], (event) => {
    if (!isOwn()) {
      setNews({ id, text: told(event, "This asset") });
    }
    void forgetAsset(client, id);
  });
  return { forget: () => setNews(undefined), news: news?.id === id ? news.text : undefined };
}
