// THE LIST: one line for each feature. Deleting an optional one's line takes it out of the program.
import type { Feature } from "./core.ts";
import { changeEmail } from "./features/change-email/index.ts";
import { changePassword } from "./features/change-password/index.ts";
import { confirmPassword } from "./features/confirm-password/index.ts";
import { dashboard } from "./features/dashboard/index.ts";
import { deleteAccount } from "./features/delete-account/index.ts";
import { devMailbox } from "./features/dev-mailbox/index.ts";
import { emailVerification } from "./features/email-verification/index.ts";
import { health } from "./features/health/index.ts";
import { home } from "./features/home/index.ts";
import { login } from "./features/login/index.ts";
import { logout } from "./features/logout/index.ts";
import { notices } from "./features/notices/index.ts";
import { passwordReset } from "./features/password-reset/index.ts";
import { profile } from "./features/profile/index.ts";
import { register } from "./features/register/index.ts";
import { securityLog } from "./features/security-log/index.ts";
import { sessions } from "./features/sessions/index.ts";

export const features: Feature[] = [
  home,
  dashboard,
  register,
  login,
  logout,
  passwordReset,
  changePassword,
  confirmPassword,
  profile,
  health,
  // Optional from here on.
  emailVerification,
  changeEmail,
  sessions,
  securityLog,
  notices,
  deleteAccount,
  devMailbox,
];
