<?php
$out = shell_exec('df -h /var');
echo '<pre>' . htmlspecialchars($out) . '</pre>';
