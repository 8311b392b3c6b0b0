#!/usr/bin/env bash
# Trains the small models of docs/replication.md on CIFAR-10, three seeds each with the same budget, and prints their table.
# Runs that are done are kept, one that was stopped continues: the script may be ended and started at any time.
# Usage: docs/replication.sh DATA [RUNS]; DATA is CIFAR-10 as a folder or zip, RUNS is runs/replication unless given.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:?usage: docs/replication.sh DATA [RUNS]}
runs=${2:-runs/replication}
epochs=1
models=$(./sot list 'cifar_*' | awk 'NR > 1 { print $1 }')

for seed in 1 2 3; do
  for model in $models; do
    run=$runs/$model-$seed
    if [ -f "$run/report.html" ]; then
      continue
    elif [ -f "$run/last.safetensors" ]; then
      ./sot train --resume "$run"
    else
      rm -rf "$run"
      ./sot train "$data" --recipe cifar10-small --model "$model" --epochs $epochs --seed $seed --output "$run"
    fi
  done
done

echo '| model | mean | seed 1 | seed 2 | seed 3 | spread |'
echo '|---|---:|---:|---:|---:|---:|'
for model in $models; do
  # Top-1 on the validation pictures at the end of each seed's run, and largest less smallest.
  awk -F, -v model="$model" -v epochs=$epochs '$1 == epochs { last[++n] = 100 * $6 }
    END { low = high = last[1]
          for (i in last) { sum += last[i]; if (last[i] < low) low = last[i]; if (last[i] > high) high = last[i] }
          printf "| %s | %.1f | %.1f | %.1f | %.1f | %.1f |\n", model, sum / n, last[1], last[2], last[3], high - low }' \
    "$runs/$model"-{1,2,3}/metrics.csv
done
echo
echo '| model | 1-100 | 101-200 | 201-300 | 301-400 | 401-500 | 501-600 | 601-700 | 701-781 |'
echo '|---|---:|---:|---:|---:|---:|---:|---:|---:|'
for model in $models; do
  # The loss of each step, mean of a hundred and of the seeds.
  awk -F, -v model="$model" 'FNR > 1 { i = int((FNR - 2) / 100); sum[i] += $2; n[i]++ }
    END { printf "| %s |", model; for (i = 0; i in n; i++) printf " %.2f |", sum[i] / n[i]; print "" }' \
    "$runs/$model"-{1,2,3}/steps.csv
done
