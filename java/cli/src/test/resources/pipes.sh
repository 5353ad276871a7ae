# Commands piped together, by ShellTest: $name is a name of its own, `interlock` the command.
expect() { # expect STATUS COMMAND...
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [[ $status == "$wanted" ]] || { echo "$* ended with $status, not $wanted" >&2; exit 1; }
}

# A producer and two consumers; every line comes once.
cd "$(dirname "$(command -v interlock)")"
seq 500 | interlock queue put "$name" --capacity 20 --shutdown &
interlock queue take "$name" --capacity 20 >"$name.1" &
interlock queue take "$name" --capacity 20 >"$name.2" &
wait
cat "$name.1" "$name.2" | sort -n | cmp - <(seq 500)
rm "$name.1" "$name.2"

# Nothing goes in any more; there is nothing left.
expect 1 interlock queue put "$name" late 2>/dev/null
[[ -z "$(interlock queue take "$name")" ]]
interlock rm "$name"

# Zero bytes instead of lines, text of other alphabets, a last line that does not end, empty lines.
printf 'a\nb\0\0grün\0最后' | interlock queue put -0 "$name" --joinable --shutdown
interlock queue take -0 "$name" | cmp - <(printf 'a\nb\0\0grün\0最后\0')
interlock rm "$name"

# Items of a joinable queue that could not be written are there again.
seq 3 | interlock queue put "$name" --joinable
expect 1 interlock queue take "$name" -n 1 2>/dev/null >/dev/full
[[ "$(interlock queue take "$name" -n 3 | tr '\n' ' ')" == "1 2 3 " ]]
expect 75 interlock queue take "$name" --wait 0 2>/dev/null
interlock rm "$name"

# Numbers.
interlock queue put "$name" --codec i64 1 -- -2
expect 1 interlock queue put "$name" three 2>/dev/null
[[ "$(interlock queue take "$name" -n 2 | tr '\n' ' ')" == "1 -2 " ]]
interlock rm "$name"

# An event lets go whoever waits, now and later.
expect 75 interlock event wait "$name" --wait 100ms 2>/dev/null
interlock event wait "$name" & waiter=$!
interlock event set "$name"
wait "$waiter"
interlock event wait "$name" --wait 0
interlock event clear "$name"
expect 75 interlock event wait "$name" --wait 0 2>/dev/null
interlock rm "$name"

# A semaphore, as sem_open has it.
interlock semaphore acquire "$name" --permits 1
expect 75 interlock semaphore acquire "$name" --wait 0 2>/dev/null
interlock semaphore release "$name" -n 2
[[ "$(interlock semaphore value "$name")" == 2 ]]
interlock rm --semaphore "$name"
expect 1 interlock semaphore value "$name" 2>/dev/null

# A counter that several increase, each while it has the lock.
echo 0 >"$name.count"
for _ in 1 2 3 4; do
  interlock lock "$name" -- sh -c 'n=$(cat "$1"); sleep 0.05; echo $((n + 1)) >"$1"' - "$name.count" &
done
wait
[[ "$(cat "$name.count")" == 4 ]]
rm "$name.count"
interlock rm "$name"

echo "all is well"
