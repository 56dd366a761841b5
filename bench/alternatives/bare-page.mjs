// The profile page and nothing else: no session, no user, no database, no headers. What Express and EJS cost by themselves.
import { createExpress, listen, person, showProfile } from "./profile-page.mjs";

const app = createExpress();
app.get("/profile", (_req, res) => showProfile(res, person));
listen(app);
