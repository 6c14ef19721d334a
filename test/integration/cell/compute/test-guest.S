# A guest in one sector. Writes to the first serial port: "boot", then "tick N" (hex) about every 0.2 s. Shuts down (ACPI S5) when the
# power button is pressed, after "button"; and by itself after as many ticks as the byte at 0x1f0 says (0: never), after "bye".
.code16
.globl _start
_start:
  cli
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %ss
  mov $0x7c00, %sp
  # the ACPI interrupt stays masked: the button is polled
  in $0xa1, %al
  or $0x02, %al
  out %al, $0xa1
  mov $0x602, %dx
  mov $0x0100, %ax
  out %ax, %dx
  sti
  mov $boot, %si
  call print
  xor %cx, %cx
  mov 0x46c, %bx
loop:
  hlt
  mov $0x600, %dx
  in %dx, %ax
  test $0x0100, %ax
  jnz button_pressed
  mov 0x46c, %ax
  sub %bx, %ax
  cmp $4, %ax
  jb loop
  mov 0x46c, %bx
  inc %cx
  mov $tick, %si
  call print
  mov %cx, %ax
  call print_hex
  mov $newline, %si
  call print
  mov stop_after, %al
  test %al, %al
  jz loop
  cmp %al, %cl
  jb loop
  mov $bye, %si
  call print
  jmp power_off
button_pressed:
  mov $button, %si
  call print
power_off:
  mov $0x604, %dx
  mov $0x2000, %ax
  out %ax, %dx
1: hlt
  jmp 1b

print:
  lodsb
  test %al, %al
  jz 2f
  call put
  jmp print
2: ret

put:
  push %dx
  push %ax
  mov $0x3fd, %dx
3: in %dx, %al
  test $0x20, %al
  jz 3b
  pop %ax
  mov $0x3f8, %dx
  out %al, %dx
  pop %dx
  ret

print_hex:
  push %cx
  mov $4, %ch
4: rol $4, %ax
  push %ax
  and $0x0f, %al
  add $0x30, %al
  cmp $0x3a, %al
  jb 5f
  add $0x27, %al
5: call put
  pop %ax
  dec %ch
  jnz 4b
  pop %cx
  ret

boot: .asciz "boot\n"
tick: .asciz "tick "
newline: .asciz "\n"
bye: .asciz "bye\n"
button: .asciz "button\n"
.org 0x1f0
stop_after: .byte 0
.org 510
.word 0xaa55
