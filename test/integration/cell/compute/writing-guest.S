# A guest in one sector. Writes a counter to one of 32 sectors of its disk, again and again, and says "w N" (hex) on the first serial port
# when the disk has taken it.
.code16
.globl _start
_start:
  cli
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov $0x7c00, %sp
  mov %dl, drive
  sti
  xor %bp, %bp
loop:
  inc %bp
  mov %bp, 0x7e00
  mov %bp, %cx
  and $31, %cx
  add $2, %cx
  mov drive, %dl
  xor %dh, %dh
  mov $0x7e00, %bx
  mov $0x0301, %ax
  int $0x13
  jc failed
  mov $written, %si
  call print
  mov %bp, %ax
  call print_hex
  mov $newline, %si
  call print
  jmp loop
failed:
  mov $broken, %si
  call print
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
  ret

written: .asciz "w "
newline: .asciz "\n"
broken: .asciz "failed\n"
drive: .byte 0
.org 510
.word 0xaa55
