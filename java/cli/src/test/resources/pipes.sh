# Commands piped together, by ShellTest: $name begins names of its own, `interlock` is the command.
# What needs no pipe and no second process is in ObjectCommandsTest.
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
interlock rm "$name"

# Zero bytes instead of lines, text of other alphabets, a last line that does not end, empty lines.
printf 'a\nb\0\0grün\0最后' | interlock queue put -0 "$name-bytes" --joinable --shutdown
interlock queue take -0 "$name-bytes" | cmp - <(printf 'a\nb\0\0grün\0最后\0')

# Items of a joinable queue that could not be written are there again.
seq 3 | interlock queue put "$name-joinable" --joinable
expect 1 interlock queue take "$name-joinable" -n 1 2>/dev/null >/dev/full
[[ "$(interlock queue take "$name-joinable" -n 3 | tr '\n' ' ')" == "1 2 3 " ]]

# Numbers.
interlock queue put "$name-numbers" --codec i64 1 -- -2
[[ "$(interlock queue take "$name-numbers" -n 2 | tr '\n' ' ')" == "1 -2 " ]]

# An event lets go whoever waits.
interlock event wait "$name-event" & waiter=$!
interlock event set "$name-event"
wait "$waiter"

# A semaphore stays when the command has ended.
interlock semaphore acquire "$name-permits" --permits 3
[[ "$(interlock semaphore value "$name-permits")" == 2 ]]

# A counter that several increase, each while it has the lock.
echo 0 >"$name.count"
for _ in 1 2 3; do
  interlock lock "$name-lock" -- sh -c 'n=$(cat "$1"); sleep 0.05; echo $((n + 1)) >"$1"' - "$name.count" &
done
wait
[[ "$(cat "$name.count")" == 3 ]]
rm "$name.count"

echo "all is well"
