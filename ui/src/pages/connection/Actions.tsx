import { Button } from "@chakra-ui/react";
import { useState } from "react";
import { LuPencil, LuTrash2 } from "react-icons/lu";

import type { Connection } from "@/api/types";
import { useMay } from "@/app/permissions";
import { DeleteDialog } from "@/pages/connection/DeleteDialog";
import { EditDialog } from "@/pages/connection/EditDialog";

/** Edit and delete, for those who may. */
export function Actions({ connection }: { readonly connection: Connection }) {
  const may = useMay();
  const [open, setOpen] = useState<"delete" | "edit">();
  const close = () => setOpen(undefined);
  return (
    <>
      {may("edit") ? (
        <Button onClick={() => setOpen("edit")} variant="outline">
          <LuPencil /> Edit
        </Button>
      ) : null}
      {may("remove") ? (
        <Button colorPalette="danger" onClick={() => setOpen("delete")} variant="outline">
          <LuTrash2 /> Delete
        </Button>
      ) : null}
      {open === "edit" ? <EditDialog connection={connection} onClose={close} /> : null}
      {open === "delete" ? <DeleteDialog connection={connection} onClose={close} /> : null}
    </>
  );
}
