#!/bin/bash
# SPDX-License-Identifier: MIT
# slurm_cluster.sh up|down FOLDER: a cluster of two virtual nodes, n1 and n2, on loopback, with a munge of its own.
# Needs Debian's slurm-wlm and munge, and neither systemd nor root. FOLDER: absolute, readable for all.
set -u
verb=$1 folder=$2
export SLURM_CONF=$folder/slurm.conf

until_says() {  # until_says TEXT COMMAND...: at most 15 s
  local text=$1
  shift
  for _ in $(seq 150); do
    [[ "$("$@" 2>/dev/null)" == *"$text"* ]] && return 0
    sleep 0.1
  done
  echo "$* did not say '$text' within 15 s" >&2
  return 1
}

up() {
  mkdir -p "$folder"/{run,ctld,log,n1,n2}
  chmod 755 "$folder" "$folder/run"
  (umask 077 && head -c 1024 /dev/urandom > "$folder/key")
  chmod 400 "$folder/key"
  local host port
  host=$(hostname -s)
  port=$((20000 + RANDOM % 20000))
  munged --force --key-file="$folder/key" --socket="$folder/run/munge.sock" --pid-file="$folder/run/munged.pid" \
    --log-file="$folder/log/munged.log" --seed-file="$folder/seed" --num-threads=2 || return 1
  until_says MUNGE munge -S "$folder/run/munge.sock" -n || return 1
  cat > "$SLURM_CONF" <<END
ClusterName=agon
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.sock
CredType=cred/munge
StateSaveLocation=$folder/ctld
SlurmdSpoolDir=$folder/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,bf_interval=2,sched_min_interval=0,batch_sched_delay=0
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdTimeout=15
KillWait=5
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 2))] CPUs=1 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  slurmctld -c -f "$SLURM_CONF" || return 1
  until_says UP scontrol ping || return 1
  for node in n1 n2; do slurmd -c -f "$SLURM_CONF" -N $node || return 1; done
  until_says "idle 2" sinfo -h -o "%T %D"
}

down() {
  scancel --user="$(id -un)" 2>/dev/null
  scontrol shutdown 2>/dev/null
  sleep 1
  for file in "$folder"/run/*.pid; do [ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null; done
  return 0
}

PATH=$PATH:/usr/sbin:/sbin
$verb
