<?php
$in = json_decode(file_get_contents('php://input'), true);
header('Content-Type: application/json');
echo json_encode(['ok' => isset($in['id']), 'id' => (int) $in['id']]);
