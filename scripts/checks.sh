# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
#
# How scripts/test runs and counts: every check and suite runs, what failed is named at the end.

passed=0 failed=0 skipped=0 failures=()

# check NAME COMMAND...: a linter, which passes or fails as one
check() {
  local name=$1 log=$logs/check-$1.log
  shift
  if "$@" >"$log" 2>&1; then
    echo "$name: clean"
    passed=$((passed + 1))
  else
    tail -n 40 "$log"
    echo "$name: failed"
    failed=$((failed + 1))
    failures+=("$name ($log)")
  fi
}

# suite NAME COUNT COMMAND...: a test runner; COUNT reads "passed failed skipped" from its log
suite() {
  local name=$1 count=$2 log=$logs/test-$1.log status=0 p f s
  shift 2
  printf '\n== %s tests\n' "$name"
  "$@" 2>&1 </dev/null | tee "$log" || status=$?
  read -r p f s < <("$count" "$log")
  if [ "$f" = 0 ] && { [ $status != 0 ] || [ "$p" = 0 ]; }; then
    echo "$name tests: ended with status $status after $p passed tests"
    f=1
  fi
  [ "$f" = 0 ] || failures+=("$name tests ($log)")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# from lines such as "[doctest] test cases: 12 | 12 passed | 0 failed | 0 skipped"
count_doctest() {
  awk -F'|' '/\[doctest\] test cases:/ { p += $2; f += $3; s += $4 } END { print p + 0, f + 0, s + 0 }' "$1"
}

# from the closing line, such as "==== 2 failed, 31 passed, 1 skipped, 1 error in 4.20s ===="
count_pytest() {
  grep -E '^=+ .* in [0-9.]+s' "$1" | tail -n 1 | tr ',' '\n' | awk '
    { for (i = 2; i <= NF; i++) n[$i] += $(i - 1) }
    END { print n["passed"] + 0, n["failed"] + n["error"] + n["errors"] + 0, n["skipped"] + 0 }'
}

conclude() {
  echo
  if [ "$failed" = 0 ]; then
    echo "Everything is in order."
  else
    printf 'Failed: %s\n' "${failures[@]}"
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}
