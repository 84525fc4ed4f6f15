#!/bin/sh
# SPDX-License-Identifier: MIT
# What a guest does, by the words of its kernel's command line (main.ts): twice, as root and as a user whose helper has two capabilities. Ends with 1 when a test failed.
word() { sed -n "s/.*\bspy\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }

if [ "$(word form)" = panic ]; then
  echo c >/proc/sysrq-trigger
  sleep 60
fi

cd /spyscall || exit 1
# The fixtures are built.
mkdir -p /usr/local/bin
printf '#!/bin/sh\n' >/usr/local/bin/make
chmod 755 /usr/local/bin/make
chmod -R a+rX .
chmod a+rwx build
setcap cap_bpf,cap_perfmon=ep build/spyscall-helper

export SPY_KEEP=1
SPY_PREEMPTED=$(word preempts)
export SPY_PREEMPTED
status=0
for user in root nobody; do
  node --disable-warning=ExperimentalWarning test/kernels/guest/main.ts "$user" "$(word form)" "$(word capabilities)" "$(word files)" || status=1
done
node --disable-warning=ExperimentalWarning test/kernels/guest/main.ts root left || status=1
exit $status
