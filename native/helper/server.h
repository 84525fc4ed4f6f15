/* SPDX-License-Identifier: MIT */
/* The helper's clients: processes of one user. Whoever comes is served one question at a time, and what a client leaves behind is cleared away. */
#ifndef SPY_HELPER_SERVER_H
#define SPY_HELPER_SERVER_H

#include <sys/types.h>

#include <vector>

#include "programs.h"
#include "sessions.h"

namespace spyscall {

class Server {
 public:
  /* `owner` is whose processes it serves; `socket` is connected to its one client, or listening. */
  Server(uid_t owner, int socket);

  /* Returns when the last client has gone, and nobody came for a while. */
  void Serve();
  /* Waits until somebody asks for something, or nobody has for a while. False when all have gone. */
  bool Step();

 private:
  void Accept();
  /* False when the client has gone. */
  bool Answer(int client);
  void Leave(int client);
  bool IsOwner(int client) const;

  uid_t owner_;
  Programs programs_;
  Sessions sessions_;
  int listener_ = -1;
  std::vector<int> clients_; /* descriptors */
};

}  // namespace spyscall

#endif
