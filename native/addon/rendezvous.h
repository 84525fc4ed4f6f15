/* SPDX-License-Identifier: MIT */
/*
 * Where the processes of a user find the helper that one of them started: a socket in a folder that nobody else can write to. Whoever comes first makes the socket,
 * and hands it to the helper.
 */
#ifndef SPY_ADDON_RENDEZVOUS_H
#define SPY_ADDON_RENDEZVOUS_H

#include <functional>
#include <string>

namespace spyscall {

class Rendezvous {
 public:
  /* Of a helper's executable file, other versions of which meet elsewhere, as do processes whose rights are others; and of the nth helper, since each has room for so many. Without a folder of the user's own there is none: `usable` is false. */
  Rendezvous(const std::string& executable, int number);
  bool usable() const { return !path_.empty(); }

  /*
   * A connection to a helper that answers; where there is none, `start` is given a socket to listen on, by one process at a time, and returns 0 or an errno. -1 with
   * errno when nothing came of it.
   */
  int Connect(const std::function<int(int listener)>& start) const;

 private:
  int TryToConnect() const;
  int Listen() const;

  std::string path_;
};

/* A helper that does not answer within a time is as good as none: the test goes on, and its trace says so. */
void SetPatience(int socket);

}  // namespace spyscall

#endif
