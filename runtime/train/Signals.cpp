#include "runtime/train/Signals.h"
#include "support/ExitCodes.h"
#include <csignal>
#include <unistd.h>

namespace nnc::rt {

static volatile sig_atomic_t flag = 0;

static void onSignal(int) {
  if (flag)
    _exit(support::ExitInterrupted);
  flag = 1;
}

void watchSignals() {
  struct sigaction action = {};
  action.sa_handler = onSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return flag != 0; }

} // namespace nnc::rt
